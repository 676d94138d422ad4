"""ReLU."""

from __future__ import annotations

import numpy as np

from runners.velox_stock.functions.base import Operation, answers
from runners.velox_stock.query import Array, compute, number


@answers("ml_relu")
def relu(inputs: Array) -> Operation:
    """max(x, 0)."""
    outputs = np.zeros_like(inputs)
    return Operation(outputs, (compute(f"greatest(x, {number(0, inputs)})", outputs, x=inputs),))


@answers("ml_relu_gradient")
def relu_gradient(outputs: Array, output_gradient: Array) -> Operation:
    """Let a gradient pass where the output is positive."""
    gradient, zero = np.zeros_like(outputs), number(0, outputs)
    expression = f"IF(y > {zero}, g, {zero})"
    return Operation(gradient, (compute(expression, gradient, y=outputs, g=output_gradient),))
