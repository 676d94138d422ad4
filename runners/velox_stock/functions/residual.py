"""The sum in a residual block, and of the gradients with respect to what entered it."""

from runners.velox_stock.functions.base import Operation, answers, elementwise
from runners.velox_stock.query import Array


@answers("ml_add")
def add(left: Array, right: Array) -> Operation:
    """Left + right."""
    return elementwise("l + r", left, l=left, r=right)
