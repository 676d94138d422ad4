"""Layers one after the other in a plan."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from contract.layers import Layer
from runners.velox.lowering.base import Node, Value, make_node
from runners.velox.projections import Projections


class LayerPath:
    """The nodes of layers, from a value that enters to one that leaves."""

    def __init__(
        self, layers: Sequence[Layer], entering: Value, numbers: Iterator[int], training: bool
    ) -> None:
        """Make the nodes, as `Node` does; of no layer, what enters leaves."""
        self._nodes: list[Node[Any]] = []
        self.leaving = entering
        for layer in layers:
            self._nodes.append(make_node(layer, self.leaving, numbers, training))
            self.leaving = self._nodes[-1].leaving

    def add_forward(self, projections: Projections) -> None:
        """Compute what leaves each layer."""
        for node in self._nodes:
            node.add_forward(projections)

    def add_backward(self, projections: Projections, gradient: str) -> str:
        """Compute the gradients; return the column of that with respect to what enters."""
        for node in reversed(self._nodes):
            gradient = node.add_backward(projections, gradient)
        return gradient

    def leaves(self) -> Iterator[Node[Any]]:
        """Yield the nodes, those within residuals in their places."""
        for node in self._nodes:
            yield from node.leaves()
