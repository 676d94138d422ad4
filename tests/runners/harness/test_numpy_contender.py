"""The suite that every contender passes, on the reference itself: what it asks can be done."""

from tests.runners.contender_suite import NetworkSuite
from tests.runners.harness.numpy_contender import NumpyContender


class TestNumpy(NetworkSuite):
    @classmethod
    def create(cls):
        return NumpyContender()
