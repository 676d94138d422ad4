"""Errors in one tensor of many, which Velox's plans can be given without being built anew."""

from collections.abc import Callable
from typing import Any

from contract.training import Optimizer
from runners.velox.columns import gradient_column
from runners.velox.projections import Definitions, Projections

GRADIENTS = "runners.velox.network_builder:Projections.add"
"""What a plan's gradients pass."""
UPDATES = "runners.velox.network_builder:update_call"


def scaled(call: str, factor: float) -> str:
    """Return a call for a tensor times a factor: a step of gradient descent against itself."""
    return f"ml_sgd({call}, {call}, {1 - factor!r}, 0.0)"


def with_gradient(
    tensor: str, factor: float
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Return what scales the gradient with respect to a tensor, given by its name."""
    column = gradient_column(tensor)

    def make(add: Callable[..., None]) -> Callable[..., None]:
        def changed(projections: Projections, definitions: Definitions) -> None:
            if column in definitions:
                definitions = definitions | {column: scaled(definitions[column], factor)}
            add(projections, definitions)

        return changed

    return make


def with_learning_rate(
    tensor: str, factor: float
) -> Callable[[Callable[..., str]], Callable[..., str]]:
    """Return what scales the learning rate of a tensor, given by its name."""

    def make(update_call: Callable[..., str]) -> Callable[..., str]:
        def changed(optimizer: Optimizer, name: str) -> str:
            if name == tensor:
                rate = {"learning_rate": factor * optimizer.learning_rate}
                optimizer = optimizer.model_copy(update=rate)
            return update_call(optimizer, name)

        return changed

    return make


def of_layer(node: Any, *names: str) -> bool:
    """Say whether a node is one of these layers."""
    return getattr(node.layer, "name", "") in names
