"""Velox against the NumPy reference, by the tests that every contender inherits."""

from __future__ import annotations

from tests.runners.contender_suite import ContenderSuite


class TestVelox(ContenderSuite):
    folder = "velox"
    framework = "pyvelox"

    @staticmethod
    def cuda_is_available() -> bool:
        """The ML functions are for the CPU, whatever the machine has."""
        return False
