"""Known values and degenerate samples."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from report.statistics import (
    binomial_error,
    coverage_bound,
    median_interval,
    summarise,
)

SAMPLES = st.lists(st.floats(min_value=1e-6, max_value=1e6), min_size=3, max_size=12)


def test_summary_of_known_samples() -> None:
    summary = summarise([4.0, 1.0, 3.0, 2.0])
    assert (summary.n, summary.median, summary.low, summary.high) == (4, 2.5, 1.0, 4.0)


def test_nothing_cannot_be_summarised() -> None:
    with pytest.raises(ValueError, match="no samples"):
        summarise([])


@pytest.mark.parametrize("samples", [[1.0], [1.0, 2.0]])
def test_fewer_than_three_samples_have_no_interval(samples: list[float]) -> None:
    assert median_interval(samples) is None


def test_equal_samples_have_an_interval_of_one_point() -> None:
    interval = median_interval([2.0, 2.0, 2.0])
    assert interval is not None
    assert (interval.low, interval.high, interval.method) == (2.0, 2.0, "constant")


def test_where_bca_is_undefined_the_percentile_interval_is_named() -> None:
    """Every leave-one-out median of these is 1: the acceleration is 0/0."""
    interval = median_interval([1.0, 1.0, 1.0, 2.0])
    assert interval is not None
    assert interval.method == "percentile"
    assert 1.0 <= interval.low <= interval.high <= 2.0


def test_interval_of_many_samples_lies_near_the_order_statistics() -> None:
    """For n = 99, ranks 40 and 60 bound a 95 % interval of the median (binomial distribution)."""
    interval = median_interval([float(value) for value in range(1, 100)])
    assert interval is not None
    assert interval.method == "BCa"
    assert interval.low == pytest.approx(40, abs=2)
    assert interval.high == pytest.approx(60, abs=2)


@settings(max_examples=25, deadline=None)
@given(SAMPLES)
def test_interval_stays_within_the_samples_and_repeats_itself(samples: list[float]) -> None:
    interval = median_interval(samples)
    assert interval is not None
    rounding = 1e-12 * max(samples)  # quantiles are interpolated
    assert min(samples) - rounding <= interval.low
    assert interval.low <= interval.high <= max(samples) + rounding
    assert median_interval(samples) == interval


@pytest.mark.parametrize(("n", "covered"), [(1, 0.0), (2, 0.5), (3, 0.75), (6, 0.96875)])
def test_range_of_n_samples_covers_the_median_at_best(n: int, covered: float) -> None:
    assert coverage_bound(n) == covered


def test_error_of_an_accuracy_on_ten_thousand_images() -> None:
    assert binomial_error(0.99, 10_000) == pytest.approx(0.000995, abs=1e-6)
    assert binomial_error(1.0, 10_000) == 0
    assert math.isclose(binomial_error(0.5, 4), 0.25)
