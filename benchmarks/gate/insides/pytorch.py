"""The insides of PyTorch's networks."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest import mock

from benchmarks.gate.insides.base import TOO_MUCH, Insides, Kind
from runners.harness.contender.network import Weights


class PyTorchInsides(Insides):
    """A torch module and its optimizer."""

    def load(self, weights: Weights) -> None:
        """Copy them into the module."""
        from runners.pytorch.modules import load

        load(self._network._module, weights.values())

    def forget(self) -> None:
        """Clear the moments, and the count of steps."""
        self._network._optimizer.state.clear()
        self._network._optimizer._steps_taken = 0

    def draw_anew(self) -> None:
        """Seed torch."""
        import torch

        torch.manual_seed(0)

    @contextmanager
    def without_dropout(self) -> Iterator[None]:
        """Set all rates to 0."""
        from torch.nn import Dropout

        modules = [each for each in self._network._module.modules() if isinstance(each, Dropout)]
        with ExitStack() as patches:
            for module in modules:
                patches.enter_context(mock.patch.object(module, "p", 0.0))
            yield

    @contextmanager
    def in_evaluation(self) -> Iterator[None]:
        """Let the module's switch to training be one to evaluation."""
        module = self._network._module
        with mock.patch.object(type(module), "train", lambda of, _mode=True: _evaluate(of)):
            yield

    @contextmanager
    def dropping(self) -> Iterator[None]:
        """Let dropouts go as in training, whatever they are told."""
        from torch.nn import Dropout
        from torch.nn.functional import dropout

        with mock.patch.object(
            Dropout, "forward", lambda of, inputs: dropout(inputs, of.p, training=True)
        ):
            yield

    @contextmanager
    def scaling(self, kind: Kind) -> Iterator[None]:
        """Scale what the modules' class puts out."""
        module = _module(kind)
        forward = module.forward
        with mock.patch.object(
            module, "forward", lambda of, inputs: TOO_MUCH * forward(of, inputs)
        ):
            yield


def _module(kind: Kind) -> Any:
    from torch import nn

    from runners.pytorch.layers.global_avg_pool2d import GlobalAvgPool

    return {"relu": nn.ReLU, "max_pool2d": nn.MaxPool2d, "global_avg_pool2d": GlobalAvgPool}[kind]


def _evaluate(module: Any) -> Any:
    for each in module.modules():
        each.training = False
    return module
