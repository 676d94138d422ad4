"""Runs a projection over a small table, for the tests of single functions."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

Array = NDArray[Any]


def evaluate(call: str, **tensors: Array | int) -> Any:
    """Return what a call makes of one row; tensors become ARRAY columns, flattened."""
    columns = {name: _column(value) for name, value in tensors.items()}
    (row,) = select(pa.record_batch(columns), [f"{call} AS result"])
    result = row["result"]
    return np.array(result) if isinstance(result, list) else result


def select(table: pa.RecordBatch, *projections: list[str], where: str = "") -> list[dict[str, Any]]:
    """Return the rows that projections make of a table, after a filter."""
    from pyvelox.arrow import to_arrow, to_velox
    from pyvelox.plan_builder import PlanBuilder
    from pyvelox.runner import LocalRunner

    builder = PlanBuilder().values([to_velox(table)])
    if where:
        builder.filter(where)
    for projection in projections:
        builder.project(projection)
    runner = LocalRunner(builder.get_plan_node())
    # No name is left that could keep a vector longer than its runner, whose memory it is in.
    return [row for vector in runner.execute() for row in to_arrow(vector).to_pylist()]


def _column(value: Array | int) -> pa.Array:
    if isinstance(value, int):
        return pa.array([value], pa.int64())
    element = pa.int64() if value.dtype.kind == "i" else pa.float32()
    return pa.array([value.reshape(-1)], pa.list_(element))
