"""The optimizers in NumPy, as `contract.training` defines them."""

import math
from collections.abc import Callable

import numpy as np

from contract.training import SGD, Adam, Momentum, Optimizer
from runners.harness.contender.network import FloatArray, Weights

UpdateRule = Callable[[str, FloatArray, int], FloatArray]
"""Maps a weight's name, its gradient and the step (from 1) to what the weight is lowered by."""


def make_update(
    optimizer: Optimizer, weights: Weights, *, epsilon_is_corrected: bool = False
) -> UpdateRule:
    """Return the update rule, with its state at zero.

    Args:
        optimizer: The rule's description.
        weights: The weights by name, as they are at every step: weight decay looks at them.
        epsilon_is_corrected: Whether Adam's ε stands beside the root after its bias correction, as
            some frameworks have it, and not before.
    """
    rule = _rule(optimizer, weights, epsilon_is_corrected)
    decay = optimizer.weight_decay
    if not decay:
        return rule
    return lambda name, grad, step: rule(name, grad + decay * weights[name], step)


def _rule(optimizer: Optimizer, weights: Weights, epsilon_is_corrected: bool) -> UpdateRule:
    if isinstance(optimizer, SGD):
        return lambda _name, grad, _step: optimizer.learning_rate * grad
    if isinstance(optimizer, Momentum):
        return _momentum(optimizer, weights)
    return _adam(optimizer, weights, epsilon_is_corrected)


def _momentum(optimizer: Momentum, weights: Weights) -> UpdateRule:
    velocity = _zeros(weights)

    def update(name: str, grad: FloatArray, _step: int) -> FloatArray:
        velocity[name] *= optimizer.momentum
        velocity[name] += grad
        return optimizer.learning_rate * velocity[name]

    return update


def _adam(optimizer: Adam, weights: Weights, epsilon_is_corrected: bool) -> UpdateRule:
    mean, square = _zeros(weights), _zeros(weights)
    beta_1, beta_2 = optimizer.beta_1, optimizer.beta_2

    def update(name: str, grad: FloatArray, step: int) -> FloatArray:
        mean[name] *= beta_1
        mean[name] += (1 - beta_1) * grad
        square[name] *= beta_2
        square[name] += (1 - beta_2) * grad**2
        correction = math.sqrt(1 - beta_2**step)
        rate = optimizer.learning_rate * correction / (1 - beta_1**step)
        epsilon = optimizer.epsilon * (correction if epsilon_is_corrected else 1)
        return rate * mean[name] / (np.sqrt(square[name]) + epsilon)

    return update


def _zeros(weights: Weights) -> Weights:
    return {name: np.zeros_like(value) for name, value in weights.items()}
