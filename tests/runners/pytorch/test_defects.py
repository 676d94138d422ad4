"""The gate sees defects that are planted into the contender; see `suite_defects`."""

from runners.pytorch.contender import create
from tests.runners.suite_defects import DefectTests


class TestDefects(DefectTests):
    name = "pytorch"
    create = staticmethod(create)
