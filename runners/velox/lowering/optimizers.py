"""The optimizers."""

from contract.training import SGD, Momentum, Optimizer
from runners.velox.columns import STEP, gradient_column, optimizer_column, weight_column
from runners.velox.lowering.base import call

REMEMBERED_TENSORS = {"sgd": 0, "momentum": 1, "adam": 2}
"""How many tensors, of the size of the weight, an optimizer remembers for it."""


def update_call(optimizer: Optimizer, name: str) -> str:
    """Return the call for a weight after a step, with what the optimizer remembers behind it."""
    tensors = (weight_column(name), gradient_column(name))
    remembered = optimizer_column(name)
    rates = (optimizer.learning_rate, optimizer.weight_decay)
    if isinstance(optimizer, SGD):
        return call("ml_sgd", *tensors, *rates)
    if isinstance(optimizer, Momentum):
        return call("ml_momentum", *tensors, remembered, *rates, optimizer.momentum)
    numbers = (optimizer.beta_1, optimizer.beta_2, optimizer.epsilon)
    return call("ml_adam", *tensors, remembered, STEP, *rates, *numbers)
