"""Queries over buffers: order, lookups, sums, errors."""

import numpy as np
import pytest

pytestmark = [pytest.mark.environment, pytest.mark.usefixtures("engine")]


def test_rows_of_several_vectors_stay_in_order() -> None:
    from runners.velox_stock.query import VECTOR_ROWS, compute

    values = np.arange(2 * VECTOR_ROWS + 5, dtype=np.float64)
    doubled = np.zeros_like(values)
    compute("x + x", doubled, x=values)()
    np.testing.assert_array_equal(doubled, 2 * values)


def test_a_run_reads_what_the_buffers_hold_then() -> None:
    from runners.velox_stock.query import Column, compute

    values, at, found = np.array([1.0, 2.0]), np.array([1, 0, 1], np.int32), np.zeros(3)
    run = compute("x * x", found, x=Column(values, at))
    run()
    np.testing.assert_array_equal(found, [4, 1, 4])
    values[:], at[:] = [3, 5], [0, 0, 1]
    run()
    np.testing.assert_array_equal(found, [9, 9, 25])


def test_sums_are_put_at_the_number_of_their_group() -> None:
    from runners.velox_stock.query import Query

    table = {"x": np.arange(6.0), "cell": np.array([2, 0, 2, 1, 0, 2], np.int32)}
    found = np.zeros(3)
    Query(table, table).sum("x", by="cell").into(x=found)()
    np.testing.assert_array_equal(found, [2 * 5, 2 * 3, 2 * 7])


def test_sum_of_all_rows() -> None:
    from runners.velox_stock.query import Query

    found = np.zeros(1)
    Query({"x": np.arange(6.0)}).sum("x").project("x / 6.0 AS mean").into(mean=found)()
    assert found == 2.5


@pytest.mark.parametrize("terms", [1, 2, 3, 1000, 3000])
def test_long_sums_are_balanced(terms: int) -> None:
    from runners.velox_stock.query import balanced_sum, compute

    found = np.zeros(1)
    compute(balanced_sum(["x"] * terms), found, x=np.ones(1))()
    assert found == terms


def test_error_is_the_reason_and_no_stack() -> None:
    from runners.velox.plan import PlanError
    from runners.velox_stock.query import compute

    with pytest.raises(PlanError, match=r"^division by zero$"):
        compute("1 / x", np.zeros(1), x=np.zeros(1, np.int64))()
