"""The gate sees defects that are planted into the contender; see `suite_defects`."""

from runners.tensorflow.contender import create
from tests.runners.suite_defects import DefectTests


class TestDefects(DefectTests):
    name = "tensorflow"
    create = staticmethod(create)
