"""The contract's optimizers as Keras ones, which have the contract's forms unaltered.

Keras' Adam puts ε on the uncorrected root; its momentum folds the learning rate into the velocity,
which takes the contract's steps while that rate is constant.
"""

from __future__ import annotations

from typing import Any

import keras
import numpy as np

from contract.base import Precision
from contract.model import SGD, Adam, Momentum, Optimizer


def make_optimizer(optimizer: Optimizer, precision: Precision) -> Any:
    """Return the `keras.optimizers.Optimizer` with numbers that `precision` holds exactly."""

    def learning_rate() -> float:
        """Give the rate as a callable: as a number, Keras would keep it in a float32 variable."""
        return _number(optimizer.learning_rate, precision)

    if isinstance(optimizer, SGD):
        return keras.optimizers.SGD(learning_rate)
    if isinstance(optimizer, Momentum):
        return keras.optimizers.SGD(learning_rate, _number(optimizer.momentum, precision))
    if isinstance(optimizer, Adam):
        return keras.optimizers.Adam(
            learning_rate,
            beta_1=_number(optimizer.beta_1, precision),
            beta_2=_number(optimizer.beta_2, precision),
            epsilon=optimizer.epsilon,
        )
    raise TypeError(f"no Keras optimizer for {optimizer.type}")


def _number(value: float, precision: Precision) -> float:
    """Return the number that Keras computes with in `precision`, wherever it casts it.

    Keras' Adam takes 1 − β₂ from the Python number, but 1 − β₂ᵗ from its float32 rounding: for
    β₂ = 0.999 the two differ by 1.3e-5, and so do the steps, even in float64. A number rounded
    beforehand is the same in both; one of NumPy's float64 Keras does not round at all.
    """
    return np.float64(value) if precision == "float64" else float(np.float32(value))
