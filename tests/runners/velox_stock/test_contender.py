"""The unmodified Velox against the NumPy reference, by the tests that every contender inherits."""

import inspect
import re

from contract.layers import layer_kinds
from tests.runners.contender_suite import ContenderSuite
from tests.runners.suite_checks import kinds_in


class TestVeloxStock(ContenderSuite):
    folder = "velox_stock"
    framework = "pyvelox"

    @staticmethod
    def cuda_is_available() -> bool:
        """Velox's expressions are for the CPU, whatever the machine has."""
        return False

    @staticmethod
    def registered_layers() -> set[str]:
        """Those whose calls, as the front writes them, are all answered."""
        from runners.velox.lowering import make_node
        from runners.velox_stock.functions import FUNCTIONS

        def calls(kind: str) -> set[str]:
            node = make_node.registry[layer_kinds()[kind]]
            return set(re.findall(r"ml_\w+", inspect.getsource(node)))

        return {kind for kind in kinds_in(make_node) if calls(kind) <= FUNCTIONS.keys()}
