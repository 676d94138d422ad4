"""The contract's optimizers as Keras ones, which have the contract's forms but for weight decay.

Keras' Adam puts ε on the uncorrected root; its momentum folds the learning rate into the velocity,
which takes the contract's steps while that rate is constant. Its own weight decay is the decoupled
one, which lowers a weight by η·λ·w beside the step.
"""

from functools import partial
from typing import Any

import keras
import numpy as np

from contract.base import Precision
from contract.training import SGD, Adam, Momentum, Optimizer


class _L2Penalty(keras.optimizers.Optimizer):
    """Goes before a Keras optimizer, and adds λ·w to every gradient that passes."""

    penalty = 0.0

    def update_step(self, gradient: Any, variable: Any, learning_rate: Any) -> None:
        """Update one variable."""
        if self.penalty:
            gradient = gradient + variable * self.penalty
        super().update_step(gradient, variable, learning_rate)


class PenalisedSGD(_L2Penalty, keras.optimizers.SGD):
    """Gradient descent, with momentum or without."""


class PenalisedAdam(_L2Penalty, keras.optimizers.Adam):
    """Adam."""


def make_optimizer(optimizer: Optimizer, precision: Precision) -> Any:
    """Return the contract's optimizer with numbers that `precision` holds exactly."""
    number = partial(_number, precision=precision)

    def learning_rate() -> float:
        """Give the rate as a callable: as a number, Keras would keep it in a float32 variable."""
        return number(optimizer.learning_rate)

    made: Any
    if isinstance(optimizer, Adam):
        made = PenalisedAdam(
            learning_rate,
            beta_1=number(optimizer.beta_1),
            beta_2=number(optimizer.beta_2),
            epsilon=optimizer.epsilon,
        )
    else:
        made = PenalisedSGD(learning_rate, number(_momentum(optimizer)))
    made.penalty = number(optimizer.weight_decay)
    return made


def make_published_optimizer(optimizer: Optimizer) -> Any:
    """Return Keras' optimizer of that kind with the study's rates, and Keras' other numbers."""
    weight_decay = optimizer.weight_decay or None
    if isinstance(optimizer, Adam):
        return keras.optimizers.Adam(optimizer.learning_rate, weight_decay=weight_decay)
    return keras.optimizers.SGD(
        optimizer.learning_rate, _momentum(optimizer), weight_decay=weight_decay
    )


def _momentum(optimizer: SGD | Momentum) -> float:
    return optimizer.momentum if isinstance(optimizer, Momentum) else 0.0


def _number(value: float, precision: Precision) -> float:
    """Return the number that Keras computes with in `precision`, wherever it casts it.

    Keras' Adam takes 1 − β₂ from the Python number, but 1 − β₂ᵗ from its float32 rounding: for
    β₂ = 0.999 the two differ by 1.3e-5, and so do the steps, even in float64. A number rounded
    beforehand is the same in both; one of NumPy's float64 Keras does not round at all.
    """
    return np.float64(value) if precision == "float64" else float(np.float32(value))
