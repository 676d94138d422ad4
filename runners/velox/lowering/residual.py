"""The residual block: two paths from one value to a sum."""

from collections.abc import Iterator
from typing import Any

from contract.layers.residual import Residual
from runners.velox.lowering.base import LayerPath, Node, Value, make_node
from runners.velox.projections import Projections


@make_node.register(Residual)
class ResidualNode(Node[Residual]):
    """`ml_add`, of what leaves the paths and of their gradients."""

    def __init__(
        self, layer: Residual, entering: Value, numbers: Iterator[int], training: bool
    ) -> None:
        super().__init__(layer, entering, numbers, training)
        self._shortcut = LayerPath(layer.shortcut, entering, numbers, training)
        self._layers = LayerPath(layer.layers, entering, numbers, training)

    def add_forward(self, projections: Projections) -> None:
        """Compute both paths, and their sum."""
        self._shortcut.add_forward(projections)
        self._layers.add_forward(projections)
        super().add_forward(projections)

    def add_backward(self, projections: Projections, gradient: str) -> str:
        """Go back on both paths; the gradients with respect to what entered them are added."""
        of_layers = self._layers.add_backward(projections, gradient)
        of_shortcut = self._shortcut.add_backward(projections, gradient)
        if not self.entering.depends_on_weights:
            return gradient
        column = f"gradient_{self.number}"
        projections.add({column: f"ml_add({of_layers}, {of_shortcut})"})
        return column

    def leaves(self) -> Iterator[Node[Any]]:
        """Yield those of `layers`, then those of `shortcut`."""
        yield from self._layers.leaves()
        yield from self._shortcut.leaves()

    def forward(self) -> str:
        """Return the call that adds what leaves the paths."""
        return f"ml_add({self._layers.leaving.column}, {self._shortcut.leaving.column})"
