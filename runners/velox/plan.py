"""A query plan over NumPy buffers: converted once, run many times."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from pyvelox.arrow import to_arrow, to_velox
from pyvelox.plan_builder import PlanBuilder, PlanNode
from pyvelox.runner import LocalRunner

_SETTINGS = {
    # Velox asks the kernel for a thread's time before and after whatever an operator does, for
    # statistics that nobody reads here: a quarter of what a small step costs beside its arithmetic.
    "track_operator_cpu_usage": "false",
}


class PlanError(RuntimeError):
    """Velox could not run a plan; the message names the function, the argument and the shapes."""


class Results(Protocol):
    """What came of a run."""

    def __getitem__(self, column: str) -> NDArray[Any]:
        """Return a view of a column: of a tensor, flat; of a number, an array of one."""


class Runnable(Protocol):
    """Something that was made once, over buffers, to be run many times."""

    def run(self) -> AbstractContextManager[Results]:
        """Compute from what the buffers hold; the results are there within the `with` block."""


class Plan:
    """A table of one row, and the projections that it passes.

    The row's columns are the buffers themselves: whoever fills them in place changes the next run's
    input. An array of one axis is an ARRAY, one without axes a number.
    """

    def __init__(
        self, buffers: Mapping[str, NDArray[Any]], projections: Sequence[Sequence[str]]
    ) -> None:
        # Velox keeps what it is given for ever: it gets addresses, and the memory stays ours.
        self._buffers = dict(buffers)
        columns = {name: _as_column(buffer) for name, buffer in self._buffers.items()}
        self._table = to_velox(pa.record_batch(columns))
        self._builder = PlanBuilder().values([self._table])
        for projection in projections:
            self._builder.project(list(projection))
        self._node = self._builder.get_plan_node()

    def run(self) -> ResultRow:
        """Return the row that the plan makes of what the buffers hold; enter it to compute it."""
        return ResultRow(self._node)


class ResultRow:
    """The row that a plan returns, within a `with` block: its memory is the runner's.

    Entering raises PlanError where a function refuses its arguments.
    """

    def __init__(self, node: PlanNode) -> None:
        self._runner = LocalRunner(node)  # runs once
        for setting, value in _SETTINGS.items():
            self._runner.add_query_config(setting, value)

    def __enter__(self) -> ResultRow:
        try:
            (self._vector,) = self._runner.execute()  # to the end: the task frees its tensors
        except RuntimeError as error:
            raise PlanError(reason_of(error)) from error
        self._row = to_arrow(self._vector)
        return self

    def __exit__(self, *_: object) -> None:
        # In this order: the process aborts where a vector outlives its runner's memory pool.
        del self._row, self._vector, self._runner

    def __getitem__(self, column: str) -> NDArray[Any]:
        """Return a view of a column: of a tensor, flat; of a number, an array of one."""
        found = self._row.field(column)
        values = found[0].values if isinstance(found, pa.ListArray) else found
        view: NDArray[Any] = values.to_numpy(zero_copy_only=True)
        return view


def reason_of(error: RuntimeError) -> str:
    """Return the line that matters of an exception of Velox, which brings its stack with it."""
    message = str(error)
    found = re.search(r"^Reason: (.*)$", message, re.MULTILINE)
    return found[1] if found else message


def lent(buffer: NDArray[Any]) -> pa.Array:
    """Return a buffer as Arrow's, by its address: it has to live as long as what reads it."""
    return pa.Array.from_buffers(
        pa.from_numpy_dtype(buffer.dtype),
        buffer.size,
        [None, pa.foreign_buffer(buffer.ctypes.data, buffer.nbytes)],
    )


def _as_column(buffer: NDArray[Any]) -> pa.Array:
    values = lent(buffer)
    if buffer.ndim == 0:
        return values
    offsets = pa.array(np.array([0, buffer.size], np.int32))
    return pa.ListArray.from_arrays(offsets, values)
