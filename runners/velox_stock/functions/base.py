"""What a function is once it is bound to its arguments."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from runners.velox_stock.product import Product
from runners.velox_stock.query import (
    Array,
    Column,
    Computation,
    Query,
    compute,
    copying,
    in_precision,
)


@dataclass(frozen=True)
class Operation:
    """A function of buffers, computed by `run` whenever they have changed."""

    outputs: NDArray[Any]
    """Flat."""
    runs: tuple[Computation, ...]
    """Queries, and what lays out data before them, in their order."""

    def run(self) -> None:
        """Compute the outputs."""
        for run in self.runs:
            run()


Function = Callable[..., Operation]
"""Takes flat arrays and numbers, as the ML function that it answers for does."""
FunctionT = TypeVar("FunctionT", bound=Function)

FUNCTIONS: dict[str, Function] = {}
"""By the name of the ML function that `runners.velox.lowering` calls."""


def answers(call: str) -> Callable[[FunctionT], FunctionT]:
    """Register a function as what answers the calls of an ML function."""

    def register(function: FunctionT) -> FunctionT:
        FUNCTIONS[call] = function
        return function

    return register


def elementwise(expression: str, like: Array, /, **columns: Column | Array) -> Operation:
    """Compute an expression of the columns for each element of an array like `like`."""
    outputs = np.zeros_like(like)
    return Operation(outputs, (compute(expression, outputs, **columns),))


def multiply(
    left: Array, right: Array, bias: Array | None = None, before: tuple[Computation, ...] = ()
) -> Operation:
    """Compute outputs[rows, columns] = Σ left[terms, rows] · right[terms, columns] + bias[columns].

    Args:
        left: Of more axes, too: the first are those of the terms, all others those of the rows.
        right: Of more axes, too: the last is that of the columns, all others those of the terms.
        bias: A row more of `right`, whose factor is 1.
        before: What lays out both sides before each run.
    """
    columns = right.shape[-1]
    terms = right.size // columns
    product = Product(terms + (bias is not None), left.size // terms, columns, left.dtype)
    runs = [*before, copying(left, product.left[:terms]), copying(right, product.right[:terms])]
    if bias is not None:
        product.left[terms] = 1
        runs.append(copying(bias, product.right[terms]))
    return Operation(product.outputs.reshape(-1), (*runs, product.plan()))


def by_channel(values: Array, size: int) -> Column:
    """Return the values of the channels for every element of a tensor whose last axis they are."""
    return Column(values, np.arange(size, dtype=np.int32) % len(values))


def sums(
    expression: str, like: Array, groups: Array, after: str = "value", /, **columns: Column | Array
) -> Operation:
    """Add up an expression over the rows of each group, in double precision.

    Args:
        expression: Of the columns.
        like: Has the precision of the result.
        groups: The number of each row's group, from 0; every number up to the last is there.
        after: Of the sum, called `value`; in double precision.
        columns: By name.
    """
    outputs = np.zeros(int(groups.max()) + 1, like.dtype)
    query = Query({"cell": groups, **columns})
    query.project(f"CAST({expression} AS DOUBLE) AS value", "cell").sum("value", by="cell")
    query.project(f"{in_precision(after, like)} AS value", "cell")
    return Operation(outputs, (query.into(value=outputs),))


def channel_sums(
    expression: str, like: Array, channels: int, after: str = "value", /, **columns: Column | Array
) -> Operation:
    """Add up an expression over all elements of a channel, the last axis of `like`."""
    groups = np.arange(like.size, dtype=np.int32) % channels
    return sums(expression, like, groups, after, **columns)


def gradient_bias(output_gradient: Array, units: int) -> Operation:
    """Sum over all but the last axis."""
    return channel_sums("g", output_gradient, units, g=output_gradient)
