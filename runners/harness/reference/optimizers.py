"""The optimizers in NumPy, as `contract.training` defines them."""

import math
from collections.abc import Callable

import numpy as np

from contract.training import SGD, Adam, Momentum, Optimizer
from runners.harness.contender.network import FloatArray, Weights

UpdateRule = Callable[[str, FloatArray, int], FloatArray]
"""Maps a weight's name, its gradient and the step (from 1) to what the weight is lowered by."""


def make_update(optimizer: Optimizer, weights: Weights) -> UpdateRule:
    """Return the update rule, with its state at zero.

    Args:
        optimizer: The rule's description.
        weights: The weights by name, as they are at every step: weight decay looks at them.
    """
    rule = _rule(optimizer, weights)
    decay = optimizer.weight_decay
    if not decay:
        return rule
    return lambda name, grad, step: rule(name, grad + decay * weights[name], step)


def _rule(optimizer: Optimizer, weights: Weights) -> UpdateRule:
    if isinstance(optimizer, SGD):
        return lambda _name, grad, _step: optimizer.learning_rate * grad
    if isinstance(optimizer, Momentum):
        return _momentum(optimizer, weights)
    return _adam(optimizer, weights)


def _momentum(optimizer: Momentum, weights: Weights) -> UpdateRule:
    velocity = _zeros(weights)

    def update(name: str, grad: FloatArray, _step: int) -> FloatArray:
        velocity[name] *= optimizer.momentum
        velocity[name] += grad
        return optimizer.learning_rate * velocity[name]

    return update


def _adam(optimizer: Adam, weights: Weights) -> UpdateRule:
    mean, square = _zeros(weights), _zeros(weights)
    beta_1, beta_2 = optimizer.beta_1, optimizer.beta_2

    def update(name: str, grad: FloatArray, step: int) -> FloatArray:
        mean[name] *= beta_1
        mean[name] += (1 - beta_1) * grad
        square[name] *= beta_2
        square[name] += (1 - beta_2) * grad**2
        rate = optimizer.learning_rate * math.sqrt(1 - beta_2**step) / (1 - beta_1**step)
        return rate * mean[name] / (np.sqrt(square[name]) + optimizer.epsilon)

    return update


def _zeros(weights: Weights) -> Weights:
    return {name: np.zeros_like(value) for name, value in weights.items()}
