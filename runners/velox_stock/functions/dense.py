"""The dense layer: inputs (batch, features), kernel (features, units), outputs (batch, units)."""

from __future__ import annotations

from runners.velox_stock.functions.base import Operation, channel_sums
from runners.velox_stock.product import Product
from runners.velox_stock.query import Array


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


def dense_without_bias(inputs: Array, kernel: Array, features: int) -> Operation:
    """Inputs @ kernel."""
    samples = inputs.reshape(-1, features)
    product = Product(features, len(samples), kernel.size // features, inputs.dtype)

    def lay_out() -> None:
        product.left[:] = samples.T
        product.right[:] = kernel.reshape(features, -1)

    return Operation(product.outputs.reshape(-1), (lay_out, product.plan()))


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


def gradient_bias(output_gradient: Array, units: int) -> Operation:
    """Sum over all but the last axis."""
    return channel_sums("g", output_gradient, units, g=output_gradient)


def dense_gradient_input(kernel: Array, output_gradient: Array, features: int) -> Operation:
    """output_gradient @ kernelᵀ."""
    units = kernel.size // features
    by_outputs = output_gradient.reshape(-1, units)
    product = Product(units, len(by_outputs), features, kernel.dtype)

    def lay_out() -> None:
        product.left[:] = by_outputs.T
        product.right[:] = kernel.reshape(features, units).T

    return Operation(product.outputs.reshape(-1), (lay_out, product.plan()))
