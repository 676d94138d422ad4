"""The dense layer: inputs (batch, features), kernel (features, units), outputs (batch, units)."""

from __future__ import annotations

from runners.velox_stock.functions.base import Operation, answers, gradient_bias
from runners.velox_stock.product import Product
from runners.velox_stock.query import Array


@answers("ml_dense")
def dense(inputs: Array, kernel: Array, bias: Array, features: int) -> Operation:
    """Inputs @ kernel + bias; the bias is a row of the kernel whose input is 1."""
    samples = inputs.reshape(-1, features)
    product = Product(features + 1, len(samples), bias.size, inputs.dtype)
    product.left[features] = 1

    def lay_out() -> None:
        product.left[:features] = samples.T
        product.right[:features] = kernel.reshape(features, -1)
        product.right[features] = bias

    return Operation(product.outputs.reshape(-1), (lay_out, product.plan()))


@answers("ml_dense_without_bias")
def dense_without_bias(inputs: Array, kernel: Array, features: int) -> Operation:
    """Inputs @ kernel."""
    samples = inputs.reshape(-1, features)
    product = Product(features, len(samples), kernel.size // features, inputs.dtype)

    def lay_out() -> None:
        product.left[:] = samples.T
        product.right[:] = kernel.reshape(features, -1)

    return Operation(product.outputs.reshape(-1), (lay_out, product.plan()))


@answers("ml_dense_gradient_kernel")
def dense_gradient_kernel(
    inputs: Array, output_gradient: Array, features: int, units: int
) -> Operation:
    """inputsᵀ @ output_gradient."""
    samples = inputs.reshape(-1, features)
    product = Product(len(samples), features, units, inputs.dtype)

    def lay_out() -> None:
        product.left[:] = samples
        product.right[:] = output_gradient.reshape(-1, units)

    return Operation(product.outputs.reshape(-1), (lay_out, product.plan()))


answers("ml_dense_gradient_bias")(gradient_bias)


@answers("ml_dense_gradient_input")
def dense_gradient_input(kernel: Array, output_gradient: Array, features: int) -> Operation:
    """output_gradient @ kernelᵀ."""
    units = kernel.size // features
    by_outputs = output_gradient.reshape(-1, units)
    product = Product(units, len(by_outputs), features, kernel.dtype)

    def lay_out() -> None:
        product.left[:] = by_outputs.T
        product.right[:] = kernel.reshape(features, units).T

    return Operation(product.outputs.reshape(-1), (lay_out, product.plan()))
