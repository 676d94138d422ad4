"""Batch normalisation: inputs (…, channels); statistics are means, then variances."""

import numpy as np

from runners.velox_stock.functions.base import (
    Operation,
    answers,
    by_channel,
    channel_sums,
    elementwise,
    gradient_bias,
)
from runners.velox_stock.query import Array, Column, copying, in_precision, number


@answers("ml_batch_norm_statistics")
def batch_norm_statistics(inputs: Array, channels: int) -> Operation:
    """Return mean and biased variance of each channel."""
    statistics = np.zeros(2 * channels, inputs.dtype)
    mean = f"value / {float(inputs.size // channels)!r}"
    means = channel_sums("x", inputs, channels, mean, x=inputs)
    centre = by_channel(means.outputs, inputs.size)
    square = "(x - centre) * (x - centre)"
    variances = channel_sums(square, inputs, channels, mean, x=inputs, centre=centre)
    parts = (
        copying(means.outputs, into=statistics[:channels]),
        copying(variances.outputs, into=statistics[channels:]),
    )
    return Operation(statistics, (means.run, variances.run, *parts))


@answers("ml_batch_norm")
def batch_norm(
    inputs: Array, statistics: Array, gamma: Array, beta: Array, channels: int, epsilon: float
) -> Operation:
    """γ·(x − μ)/√(σ² + ε) + β."""
    return elementwise(
        f"gamma * {_normal(inputs, epsilon)} + beta",
        inputs,
        x=inputs,
        gamma=by_channel(gamma, inputs.size),
        beta=by_channel(beta, inputs.size),
        **_moments(statistics, channels, inputs.size),
    )


@answers("ml_batch_norm_gradient_gamma")
def batch_norm_gradient_gamma(
    inputs: Array, statistics: Array, output_gradient: Array, channels: int, epsilon: float
) -> Operation:
    """Σ gradient · normalised input, by channel."""
    moments = _moments(statistics, channels, inputs.size)
    expression = f"g * {_normal(inputs, epsilon)}"
    return channel_sums(expression, inputs, channels, x=inputs, g=output_gradient, **moments)


answers("ml_batch_norm_gradient_beta")(gradient_bias)


@answers("ml_batch_norm_gradient_input")
def batch_norm_gradient_input(
    inputs: Array,
    statistics: Array,
    gamma: Array,
    gamma_gradient: Array,
    beta_gradient: Array,
    output_gradient: Array,
    channels: int,
    epsilon: float,
) -> Operation:
    """Take back what moves the batch's mean or spread: Ioffe & Szegedy 2015, section 3."""
    samples = number(inputs.size // channels, inputs)
    normal = _normal(inputs, epsilon)
    expression = (
        f"gamma * (g - (by_beta + {normal} * by_gamma) / {samples}) / {_deviation(inputs, epsilon)}"
    )
    return elementwise(
        expression,
        inputs,
        x=inputs,
        g=output_gradient,
        gamma=by_channel(gamma, inputs.size),
        by_gamma=by_channel(gamma_gradient, inputs.size),
        by_beta=by_channel(beta_gradient, inputs.size),
        **_moments(statistics, channels, inputs.size),
    )


@answers("ml_moving_average")
def moving_average(state: Array, latest: Array, momentum: float) -> Operation:
    """Momentum · state + (1 − momentum) · latest."""
    expression = f"{number(momentum, state)} * old + {number(1 - momentum, state)} * new"
    return elementwise(expression, state, old=state, new=latest)


def _moments(statistics: Array, channels: int, size: int) -> dict[str, Column]:
    return {
        "mean": by_channel(statistics[:channels], size),
        "variance": by_channel(statistics[channels:], size),
    }


def _normal(like: Array, epsilon: float) -> str:
    return f"((x - mean) / {_deviation(like, epsilon)})"


def _deviation(like: Array, epsilon: float) -> str:
    return in_precision(f"sqrt(CAST(variance AS DOUBLE) + {epsilon!r})", like)
