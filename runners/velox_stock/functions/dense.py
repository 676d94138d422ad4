"""The dense layer: inputs (batch, features), kernel (features, units), outputs (batch, units)."""

from runners.velox_stock.functions.base import Operation, answers, gradient_bias, multiply
from runners.velox_stock.query import Array


@answers("ml_dense")
def dense(inputs: Array, kernel: Array, bias: Array, features: int) -> Operation:
    """Inputs @ kernel + bias."""
    return multiply(inputs.reshape(-1, features).T, kernel.reshape(features, -1), bias)


@answers("ml_dense_without_bias")
def dense_without_bias(inputs: Array, kernel: Array, features: int) -> Operation:
    """Inputs @ kernel."""
    return multiply(inputs.reshape(-1, features).T, kernel.reshape(features, -1))


@answers("ml_dense_gradient_kernel")
def dense_gradient_kernel(
    inputs: Array, output_gradient: Array, features: int, units: int
) -> Operation:
    """inputsᵀ @ output_gradient."""
    return multiply(inputs.reshape(-1, features), output_gradient.reshape(-1, units))


answers("ml_dense_gradient_bias")(gradient_bias)


@answers("ml_dense_gradient_input")
def dense_gradient_input(kernel: Array, output_gradient: Array, features: int) -> Operation:
    """output_gradient @ kernelᵀ."""
    by_feature = kernel.reshape(features, -1)
    return multiply(output_gradient.reshape(-1, by_feature.shape[1]).T, by_feature.T)
