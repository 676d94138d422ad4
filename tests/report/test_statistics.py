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
    paired_ratio,
    repeats_needed,
    separation_chance,
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


@pytest.mark.parametrize(
    ("first", "second", "chance"), [(1, 1, 1.0), (2, 2, 1 / 3), (3, 3, 0.1), (4, 4, 2 / 70)]
)
def test_chance_that_equal_contenders_separate(first: int, second: int, chance: float) -> None:
    assert separation_chance(first, second) == pytest.approx(chance)


def test_error_of_an_accuracy_on_ten_thousand_images() -> None:
    assert binomial_error(0.99, 10_000) == pytest.approx(0.000995, abs=1e-6)
    assert binomial_error(1.0, 10_000) == 0
    assert math.isclose(binomial_error(0.5, 4), 0.25)


def test_the_interval_of_a_paired_ratio_is_students() -> None:
    """Logs 0.1, 0.2, 0.3: mean 0.2, spread 0.1, t(0.975, 2) = 4.3027."""
    pairs = [(math.exp(log), 1.0) for log in (0.1, 0.2, 0.3)]

    found = paired_ratio(pairs)

    assert found is not None
    half_width = 4.3027 * 0.1 / math.sqrt(3)
    assert found.ratio == pytest.approx(math.exp(0.2))
    assert found.low == pytest.approx(math.exp(0.2 - half_width), rel=1e-4)
    assert found.high == pytest.approx(math.exp(0.2 + half_width), rel=1e-4)
    assert not found.excludes_one


def test_equal_ratios_leave_an_interval_of_one_point() -> None:
    found = paired_ratio([(1.0, 2.0), (2.0, 4.0)])

    assert found is not None
    assert (found.low, found.ratio, found.high) == pytest.approx((0.5, 0.5, 0.5))
    assert found.excludes_one


@pytest.mark.parametrize("pairs", [[], [(1.0, 2.0)], [(0.0, 1.0), (1.0, 1.0)]])
def test_no_ratio_without_two_pairs_of_positive_values(pairs: list[tuple[float, float]]) -> None:
    assert paired_ratio(pairs) is None


def test_the_repeats_that_are_needed_suffice() -> None:
    """With that many pairs of the same mean and spread the interval excludes 1; with fewer not."""
    pairs = [(math.exp(log), 1.0) for log in (0.1, 0.2, 0.3)]

    assert repeats_needed(pairs) == 4


def test_sides_that_do_not_differ_need_more_than_anyone_would_run() -> None:
    assert repeats_needed([(1.1, 1.0), (1.0, 1.1)]) is None
