"""PyTorch against the reference; see `contender_suite` for what is asked of it."""

from tests.runners.contender_suite import ContenderSuite
from tests.runners.suite_checks import kinds_in


class TestPyTorch(ContenderSuite):
    folder = "pytorch"
    framework = "torch"
    admits_defects = ("broadcast_targets",)

    @staticmethod
    def cuda_is_available() -> bool:
        import torch

        return bool(torch.cuda.is_available())

    @staticmethod
    def registered_layers() -> set[str]:
        from runners.pytorch.layers import make_module

        return kinds_in(make_module)
