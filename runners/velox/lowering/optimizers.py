"""The optimizers."""

from __future__ import annotations

from contract.training import SGD, Adam, Momentum, Optimizer
from runners.velox.columns import STEP, gradient_column, optimizer_column, weight_column
from runners.velox.lowering.base import arguments

REMEMBERED_TENSORS = {"sgd": 0, "momentum": 1, "adam": 2}
"""How many tensors, of the size of the weight, an optimizer remembers for it."""


def update_call(optimizer: Optimizer, name: str) -> str:
    """Return the call for a weight after a step, with what the optimizer remembers behind it."""
    weight, gradient = weight_column(name), gradient_column(name)
    remembered = optimizer_column(name)
    rates = (optimizer.learning_rate, optimizer.weight_decay)
    if isinstance(optimizer, SGD):
        return f"ml_sgd({arguments(weight, gradient, *rates)})"
    if isinstance(optimizer, Momentum):
        tensors = (weight, gradient, remembered)
        return f"ml_momentum({arguments(*tensors, *rates, optimizer.momentum)})"
    if isinstance(optimizer, Adam):
        tensors = (weight, gradient, remembered)
        numbers = (optimizer.beta_1, optimizer.beta_2, optimizer.epsilon)
        return f"ml_adam({arguments(*tensors, STEP, *rates, *numbers)})"
    raise TypeError(f"no ML function for optimizer {optimizer.type}")
