"""What a layer is in a plan, what each kind's module fills in, and layers one after the other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import singledispatch
from typing import Any, Generic, TypeVar

from contract.layers import Layer, Shape
from runners.velox.columns import gradient_column
from runners.velox.projections import Projections

L_co = TypeVar("L_co", bound=Layer, covariant=True)


@dataclass(frozen=True)
class Value:
    """What flows between two layers."""

    column: str
    shape: Shape
    """Of one sample."""
    depends_on_weights: bool
    """Whether a gradient with respect to it has further to go."""


class Node(Generic[L_co]):
    """A layer in the network; here one that changes no bytes, such as a flatten.

    A kind's own class says by which calls it is computed.
    """

    def __init__(
        self, layer: L_co, entering: Value, numbers: Iterator[int], training: bool
    ) -> None:
        """Take a layer into the network.

        Args:
            layer: Its description.
            entering: What enters it.
            numbers: Gives each layer of the network a number of its own.
            training: Whether it is computed as in training, or as in evaluation.
        """
        self.layer = layer
        self.entering = entering
        self.number = next(numbers)
        self.training = training

    @property
    def leaving(self) -> Value:
        """What leaves it; a layer without a call of its own makes no column."""
        shape = self.entering.shape
        has_weights = bool(self.layer.weight_shapes(shape))
        changes = self.forward() != self.entering.column
        return Value(
            f"value_{self.number}" if changes else self.entering.column,
            self.layer.output_shape(shape),
            self.entering.depends_on_weights or has_weights,
        )

    def add_forward(self, projections: Projections) -> None:
        """Compute what leaves the layer."""
        if self.training:
            projections.add(self.statistics())
        if self.leaving.column != self.entering.column:
            projections.add({self.leaving.column: self.forward()})

    def add_backward(self, projections: Projections, gradient: str) -> str:
        """Compute the gradients with respect to the weights and to what enters.

        Args:
            projections: The plan's.
            gradient: The column of the gradient with respect to what leaves.

        Returns:
            The column of the gradient with respect to what enters, which means nothing where that
            depends on no weights.
        """
        of_weights = self.weight_gradients(gradient)
        projections.add({gradient_column(name): call for name, call in of_weights.items()})
        if not self.entering.depends_on_weights:
            return gradient
        call = self.input_gradient(gradient)
        if call == gradient:
            return gradient
        column = f"gradient_{self.number}"
        projections.add({column: call})
        return column

    def leaves(self) -> Iterator[Node[Any]]:
        """Yield the layers with weights and states of their own: this one, or those within."""
        yield self

    def statistics(self) -> dict[str, str]:
        """Return what training computes before `forward`: calls by column."""
        return {}

    def forward(self) -> str:
        """Return the call for the output."""
        return self.entering.column

    def new_state(self) -> dict[str, str]:
        """Return the calls for what the layer remembers after a step, by the state's column."""
        return {}

    def weight_gradients(self, gradient: str) -> dict[str, str]:  # noqa: ARG002 (for subclasses)
        """Return the calls for the gradients with respect to the weights, by weight name."""
        return {}

    def input_gradient(self, gradient: str) -> str:
        """Return the call for the gradient with respect to the input.

        Those with respect to the weights are there.
        """
        return gradient


@singledispatch
def make_node(layer: Layer, entering: Value, numbers: Iterator[int], training: bool) -> Node[Any]:  # noqa: ARG001
    """Return the node of a layer; the arguments are those of `Node`.

    Raises:
        TypeError: there is no module for this kind of layer.
    """
    raise TypeError(f"no ML function for the layer {layer.type}")


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


def call(function: str, *arguments: str | float) -> str:
    """Return the call of a function on columns and numbers."""
    return f"{function}({', '.join(map(str, arguments))})"
