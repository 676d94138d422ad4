"""The insides of networks in Velox, whatever computes their layers."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

from benchmarks.gate.insides.base import TOO_MUCH, Insides, Kind
from runners.harness.contender.network import Weights


class EngineInsides(Insides):
    """Velox's plans over memory of their own."""

    def load(self, weights: Weights) -> None:
        """Overwrite the memory."""
        for name, values in self._network._parameters._values.items():
            values[:] = weights[name]

    def forget(self) -> None:
        """Set to zero what the optimizer remembers, and the number of its step."""
        columns = self._network._parameters._columns
        for name, values in columns.items():
            if name.startswith("optimizer_") or name == "step":
                values[...] = 0

    def draw_anew(self) -> None:
        """Count the draws from 0."""
        self._network._parameters._draw[...] = 0

    @contextmanager
    def without_dropout(self) -> Iterator[None]:
        """Compile anew with dropouts that pass on what enters."""
        from runners.velox.lowering.dropout import DropoutNode

        with (
            mock.patch.object(DropoutNode, "forward", lambda node: node.entering.column),
            mock.patch.object(DropoutNode, "input_gradient", lambda _node, gradient: gradient),
            mock.patch.object(self._network, "_plans", {}),
        ):
            yield

    @contextmanager
    def in_evaluation(self) -> Iterator[None]:
        """Compile anew with the states in the place of the batch's statistics."""
        from runners.velox.columns import state_column
        from runners.velox.lowering.batch_norm import BatchNormNode

        def statistics(node: Any) -> str:
            return state_column(node.layer.name)

        with (
            mock.patch.object(BatchNormNode, "_statistics", property(statistics)),
            mock.patch.object(BatchNormNode, "statistics", return_value={}),
            mock.patch.object(self._network, "_plans", {}),
        ):
            yield

    @contextmanager
    def dropping(self) -> Iterator[None]:
        """Compile anew with dropouts that drop in evaluation."""
        from runners.velox.lowering.dropout import DropoutNode

        def drop(node: Any) -> str:
            dropped: str = node._drop(node.entering.column)
            return dropped

        with (
            mock.patch.object(DropoutNode, "forward", drop),
            mock.patch.object(self._network, "_plans", {}),
        ):
            yield

    @contextmanager
    def scaling(self, kind: Kind) -> Iterator[None]:
        """Compile anew with a step of gradient descent against itself behind each call."""
        node = _node(kind)

        def add_forward(of: Any, projections: Any) -> None:
            exact = f"exact_{of.number}"
            projections.add({exact: of.forward()})
            more = f"ml_sgd({exact}, {exact}, {1 - TOO_MUCH!r}, 0.0)"
            projections.add({of.leaving.column: more})

        with (
            mock.patch.object(node, "add_forward", add_forward),
            mock.patch.object(self._network, "_plans", {}),
        ):
            yield


def _node(kind: Kind) -> Any:
    from runners.velox.lowering.global_avg_pool2d import GlobalAvgPool2DNode
    from runners.velox.lowering.max_pool2d import MaxPool2DNode
    from runners.velox.lowering.relu import ReLUNode

    nodes = {
        "relu": ReLUNode,
        "max_pool2d": MaxPool2DNode,
        "global_avg_pool2d": GlobalAvgPool2DNode,
    }
    return nodes[kind]
