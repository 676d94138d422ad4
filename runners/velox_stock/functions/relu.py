"""ReLU."""

from runners.velox_stock.functions.base import Operation, answers, elementwise
from runners.velox_stock.query import Array, number


@answers("ml_relu")
def relu(inputs: Array) -> Operation:
    """max(x, 0)."""
    return elementwise(f"greatest(x, {number(0, inputs)})", inputs, x=inputs)


@answers("ml_relu_gradient")
def relu_gradient(outputs: Array, output_gradient: Array) -> Operation:
    """Let a gradient pass where the output is positive."""
    zero = number(0, outputs)
    return elementwise(f"IF(y > {zero}, g, {zero})", outputs, y=outputs, g=output_gradient)
