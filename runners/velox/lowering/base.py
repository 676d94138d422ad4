"""What a layer is in a plan, and what there is to say of each kind."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

from contract.layers import AnyLayer, Shape

L_co = TypeVar("L_co", bound=AnyLayer, covariant=True)


@dataclass(frozen=True)
class Value:
    """What flows between two layers."""

    column: str
    shape: Shape
    """Of one sample."""
    depends_on_weights: bool
    """Whether a gradient by it has further to go."""


@dataclass(frozen=True)
class Passage(Generic[L_co]):
    """A layer in the network: what enters and leaves it."""

    layer: L_co
    number: int
    """No other layer of the network has it."""
    entering: Value
    leaving: str
    """Column of the layer's output."""


class LayerCalls(Generic[L_co]):
    """How one kind of layer is computed; here one that changes no bytes, such as a flatten."""

    def statistics(self, passage: Passage[L_co]) -> dict[str, str]:  # noqa: ARG002
        """Return what training computes before `forward`: calls by column."""
        return {}

    def forward(self, passage: Passage[L_co]) -> str:
        """Return the call for the output in training."""
        return passage.entering.column

    def evaluate(self, passage: Passage[L_co]) -> str:
        """Return the call for the output in evaluation."""
        return self.forward(passage)

    def new_state(self, passage: Passage[L_co]) -> dict[str, str]:  # noqa: ARG002
        """Return the calls for what the layer remembers after a step, by the state's column."""
        return {}

    def weight_gradients(self, passage: Passage[L_co], gradient: str) -> dict[str, str]:  # noqa: ARG002
        """Return the calls for the gradients by the weights, by weight name."""
        return {}

    def input_gradient(self, passage: Passage[L_co], gradient: str) -> str:  # noqa: ARG002
        """Return the call for the gradient by the input; the weights' gradients are there."""
        return gradient


def arguments(*values: str | float) -> str:
    """Join columns and numbers to the arguments of a call."""
    return ", ".join(value if isinstance(value, str) else repr(value) for value in values)
