"""The unmodified Velox against the NumPy reference, by the tests that every contender inherits."""

from __future__ import annotations

from tests.runners.contender_suite import ContenderSuite


class TestVeloxStock(ContenderSuite):
    folder = "velox_stock"
    framework = "pyvelox"

    @staticmethod
    def cuda_is_available() -> bool:
        """Velox's expressions are for the CPU, whatever the machine has."""
        return False
