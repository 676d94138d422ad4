"""No arguments end the process: whatever a function is given, it computes or it refuses.

An error that kills the process kills these tests with it; built for the sanitizers, the functions
die of every access outside their memory, and of every undefined operation (`make sanitize`).
"""

import re
from collections.abc import Callable
from itertools import accumulate, groupby
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.runners.velox.calls import FUNCTIONS, Argument, Call, fitting_calls, unfitting_calls
from tests.runners.velox.engine import column, evaluate, select, select_in_parallel

pytestmark = [pytest.mark.environment, pytest.mark.usefixtures("functions")]

SOURCES = Path(__file__).parents[3] / "images/velox/ml_functions"
every_function = pytest.mark.parametrize("function", FUNCTIONS)


def fuzzed(examples: int) -> settings:
    """Return settings for so many examples of each function."""
    return settings(max_examples=examples, deadline=None)


def sql(call: Call) -> str:
    """Return the call of columns; they are not named as the parameters, some of which are SQL."""
    return f"{call.function}({', '.join(f'{name}_' for name in call.arguments)})"


def result_of(call: Call) -> Any:
    """Return what a call returns, by itself."""
    return evaluate(sql(call), **{f"{name}_": value for name, value in call.arguments.items()})


def refusal_of(run: Callable[[], Any]) -> str | None:
    """Return what Velox says where it refuses; None where it does not."""
    from runners.velox.plan import reason_of  # Velox has to be loaded before this module is

    try:
        run()
    except RuntimeError as error:
        return reason_of(error)
    return None


def test_every_function_is_called_here() -> None:
    registered = {
        name
        for source in SOURCES.glob("*.cpp")
        for name in re.findall(r'{"(ml_\w+)"', source.read_text(encoding="utf-8"))
    }
    assert registered == {*FUNCTIONS, "ml_store"}  # which needs memory: test_store_function.py


@every_function
@fuzzed(10)
@given(data=st.data())
def test_what_fits_is_computed(function: str, data: st.DataObject) -> None:
    """Empty batches, not-a-number and infinity among it."""
    call = data.draw(fitting_calls(function))
    assert np.size(result_of(call)) == call.result_size


@every_function
@fuzzed(15)
@given(data=st.data())
def test_what_does_not_fit_is_refused(function: str, data: st.DataObject) -> None:
    """The error names the function, and the argument or the shape; some calls fit by chance."""
    call = data.draw(unfitting_calls(function))
    refusal = refusal_of(lambda: result_of(call))
    names = "|".join([*call.arguments, "the result", ".*called with"])
    assert refusal is None or re.match(f"{function}: ({names}) ", refusal)


@every_function
@fuzzed(5)
@given(data=st.data())
def test_each_row_of_a_table_is_computed_by_itself(function: str, data: st.DataObject) -> None:
    """Whatever the encoding of each column, its nulls, and the rows asked for."""
    calls = data.draw(st.lists(fitting_calls(function), min_size=1, max_size=3))
    results = [result_of(call) for call in calls]
    rows = data.draw(st.lists(st.sampled_from([*range(len(calls)), None]), min_size=1, max_size=7))
    encodings = st.sampled_from(list(ENCODINGS))
    columns = {
        f"{name}_": encoded(data.draw(encodings), [call.arguments[name] for call in calls], rows)
        for name in calls[0].arguments
    }
    nothing = encoded("plain", results, [None] * len(rows))
    asked = data.draw(st.lists(st.booleans(), min_size=len(rows), max_size=len(rows)))
    table = pa.record_batch({**columns, "nothing": nothing, "asked": pa.array(asked)})
    expected = [None if row is None else results[row] for row in rows]
    call = sql(calls[0])
    found = select(table, [f"{call} AS y"], where="asked")
    assert_equal(found, [row for row, is_asked in zip(expected, asked, strict=True) if is_asked])
    found = select(table, [f"CASE WHEN asked THEN {call} ELSE nothing END AS y"])
    wanted = zip(expected, asked, strict=True)
    assert_equal(found, [row if is_asked else None for row, is_asked in wanted])


@every_function
@fuzzed(3)
@given(data=st.data())
def test_several_drivers_at_once(function: str, data: st.DataObject) -> None:
    calls = data.draw(st.lists(fitting_calls(function), min_size=2, max_size=5))
    tables = [_numbered(call, number) for number, call in enumerate(calls)]
    found = select_in_parallel(tables, ["number", f"{sql(calls[0])} AS y"], key="number")
    assert_equal(found, [result_of(call) for call in calls])


@every_function
@fuzzed(3)
@given(data=st.data())
def test_one_driver_is_refused_among_others(function: str, data: st.DataObject) -> None:
    """The others' results are lost with its own, and nothing else."""
    good = data.draw(st.lists(fitting_calls(function), min_size=1, max_size=3))
    bad = data.draw(unfitting_calls(function))
    tables = [_numbered(call, number) for number, call in enumerate([bad, *good])]
    projection = ["number", f"{sql(bad)} AS y"]
    refusal = refusal_of(lambda: select_in_parallel(tables, projection, key="number"))
    assert refusal is None or refusal.startswith(f"{function}: ")
    assert np.size(result_of(good[0])) == good[0].result_size


def _numbered(call: Call, number: int) -> pa.RecordBatch:
    columns = {f"{name}_": column([value]) for name, value in call.arguments.items()}
    return pa.record_batch({**columns, "number": pa.array([number])})


def assert_equal(found: list[dict[str, Any]], expected: list[Any]) -> None:
    """Compare column y bit by bit, where not-a-number equals itself."""
    assert len(found) == len(expected)
    for row, value in zip(found, expected, strict=True):
        assert (row["y"] is None) == (value is None)
        if value is not None:
            np.testing.assert_array_equal(row["y"], value)


Rows = list[int | None]


def _plain(values: pa.Array, rows: Rows) -> pa.Array:
    return values.take(pa.array(rows, pa.int32()))


def _null_pointers(values: pa.Array, rows: Rows) -> pa.Array:
    return pa.DictionaryArray.from_arrays(pa.array(rows, pa.int32()), values)


def _pointers_to_null(values: pa.Array, rows: Rows) -> pa.Array:
    pointers = [len(values) if row is None else row for row in rows]
    with_null = pa.concat_arrays([values, pa.nulls(1, values.type)])
    return pa.DictionaryArray.from_arrays(pa.array(pointers, pa.int32()), with_null)


def _runs(values: pa.Array, rows: Rows) -> pa.Array:
    """A single run is what Velox calls a constant."""
    runs = [(row, len(list(equal))) for row, equal in groupby(rows)]
    ends = accumulate(length for _, length in runs)
    return pa.RunEndEncodedArray.from_arrays(
        pa.array(ends, pa.int32()), _plain(values, [row for row, _ in runs])
    )


def _pointing_elements(values: pa.Array, rows: Rows) -> pa.Array:
    """Tensors whose elements point into a dictionary."""
    plain = _plain(values, rows)
    if not pa.types.is_list(plain.type):
        return plain
    elements = plain.values.dictionary_encode()
    return pa.ListArray.from_arrays(plain.offsets, elements, mask=plain.is_null())


ENCODINGS = {
    "plain": _plain,
    "null pointers": _null_pointers,
    "pointers to null": _pointers_to_null,
    "runs": _runs,
    "pointing elements": _pointing_elements,
}


def encoded(encoding: str, values: list[Argument], rows: Rows) -> pa.Array:
    """Return a column that holds in each row one of the values, or null."""
    return ENCODINGS[encoding](column(values), rows)
