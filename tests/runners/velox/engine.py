"""Runs projections over small tables, for the tests of single functions."""

from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

Array = NDArray[Any]


def evaluate(call: str, **arguments: Array | int | float) -> Any:
    """Return what a call makes of one row; tensors become ARRAY columns, flattened."""
    columns = {name: column([value]) for name, value in arguments.items()}
    (row,) = select(pa.record_batch(columns), [f"{call} AS result"])
    result = row["result"]
    return np.array(result) if isinstance(result, list) else result


def select(table: pa.RecordBatch, *projections: list[str], where: str = "") -> list[dict[str, Any]]:
    """Return the rows that projections make of a table, after a filter."""
    from pyvelox.plan_builder import PlanBuilder

    return _rows(_project(PlanBuilder(), table, projections, where))


def select_in_parallel(
    tables: list[pa.RecordBatch], *projections: list[str], key: str
) -> list[dict[str, Any]]:
    """Return the rows that projections make of several tables, by order of a key.

    Each table is projected by a driver of its own, at the same time as the others.
    """
    from pyvelox.plan_builder import PlanBuilder

    merged = PlanBuilder()
    sources = [_project(merged.new_builder(), table, projections, "") for table in tables]
    merged.sorted_merge([key], [source.get_plan_node() for source in sources])
    return _rows(merged)


def _project(builder: Any, table: pa.RecordBatch, projections: Any, where: str) -> Any:
    from pyvelox.arrow import to_velox

    builder.values([to_velox(table)])
    if where:
        builder.filter(where)
    for projection in projections:
        builder.project(projection)
    return builder


def _rows(builder: Any) -> list[dict[str, Any]]:
    from pyvelox.arrow import to_arrow
    from pyvelox.runner import LocalRunner

    runner = LocalRunner(builder.get_plan_node())
    # No name is left that could keep a vector longer than its runner, whose memory it is in.
    return [row for vector in runner.execute() for row in to_arrow(vector).to_pylist()]


def column(rows: list[Array | int | float | None]) -> pa.Array:
    """Return a column of tensors, flattened, or of numbers; None is null."""
    sample = next((row for row in rows if row is not None), 0)
    if isinstance(sample, np.ndarray):
        element = pa.int64() if sample.dtype.kind == "i" else pa.float32()
        flat = [row.reshape(-1) if isinstance(row, np.ndarray) else None for row in rows]
        return pa.array(flat, pa.list_(element))
    return pa.array(rows, pa.float64() if isinstance(sample, float) else pa.int64())
