"""Velox against the NumPy reference, by the tests that every contender inherits."""

from tests.runners.contender_suite import ContenderSuite
from tests.runners.suite_checks import kinds_in


class TestVelox(ContenderSuite):
    folder = "velox"
    framework = "pyvelox"

    @staticmethod
    def cuda_is_available() -> bool:
        """The ML functions are for the CPU, whatever the machine has."""
        return False

    @staticmethod
    def registered_layers() -> set[str]:
        from runners.velox.lowering import make_node

        return kinds_in(make_node)
