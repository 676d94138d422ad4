"""Known values and degenerate samples."""

import math
import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import report
from report.statistics.summary import (
    CONFIDENCE,
    MIN_INTERVAL_SAMPLES,
    binomial_error,
    coverage_bound,
    detectable_spreads,
    median_interval,
    olympic_mean,
    outliers,
    ranks,
    relative_spread,
    samples_for_precision,
    summarise,
)

SAMPLES = st.lists(
    st.floats(min_value=1e-6, max_value=1e6), min_size=MIN_INTERVAL_SAMPLES, max_size=12
)


def test_summary_of_known_samples() -> None:
    summary = summarise([4.0, 1.0, 3.0, 2.0])
    assert (summary.n, summary.median, summary.low, summary.high) == (4, 2.5, 1.0, 4.0)


def test_nothing_cannot_be_summarised() -> None:
    with pytest.raises(ValueError, match="no samples"):
        summarise([])


def test_samples_whose_range_covers_too_little_have_no_interval() -> None:
    fewer = [float(value) for value in range(1, MIN_INTERVAL_SAMPLES)]
    assert coverage_bound(len(fewer)) < CONFIDENCE <= coverage_bound(MIN_INTERVAL_SAMPLES)
    assert median_interval(fewer) is None
    assert median_interval([*fewer, 6.0]) is not None


def test_equal_samples_have_an_interval_of_one_point() -> None:
    interval = median_interval([2.0] * 6)
    assert interval is not None
    assert (interval.low, interval.high, interval.method) == (2.0, 2.0, "constant")


def test_where_bca_is_undefined_the_percentile_interval_is_named() -> None:
    """Every leave-one-out median of these is 1: the acceleration is 0/0."""
    interval = median_interval([1.0, 1.0, 1.0, 1.0, 1.0, 2.0])
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


@pytest.mark.parametrize(("n", "spreads"), [(2, 8.98), (3, 2.48), (6, 1.05)])
def test_what_few_samples_can_detect(n: int, spreads: float) -> None:
    assert detectable_spreads(n) == pytest.approx(spreads, abs=0.01)


def test_an_olympic_mean_drops_the_two_ends() -> None:
    assert olympic_mean([100.0, 1.0, 2.0, 3.0, -50.0]) == 2.0
    assert olympic_mean([1.0, 3.0]) == 2.0


@given(SAMPLES)
def test_an_olympic_mean_lies_within_what_it_keeps(samples: list[float]) -> None:
    kept = sorted(samples)[1:-1]
    rounding = 1e-12 * max(kept)

    assert min(kept) - rounding <= olympic_mean(samples) <= max(kept) + rounding


def test_one_far_sample_is_an_outlier_and_stays_where_it_is() -> None:
    samples = [10.0, 10.1, 9.9, 10.2, 9.8, 15.0]

    assert outliers(samples) == (5,)
    assert len(samples) == 6


@pytest.mark.parametrize("samples", [[1.0, 1.1, 0.9, 1.0, 9.0], [1.0, 1.0, 1.0, 1.0, 1.0, 9.0]])
def test_no_outliers_where_the_deviation_says_nothing(samples: list[float]) -> None:
    """Five samples are too few; and where most are equal, their deviation is zero."""
    assert outliers(samples) == ()


@given(st.lists(st.integers(1, 1000).map(float), min_size=6, max_size=15))
def test_at_most_half_of_the_samples_are_outliers_whatever_the_unit(samples: list[float]) -> None:
    found = outliers(samples)

    assert len(found) <= len(samples) / 2
    assert outliers([1024 * sample for sample in samples]) == found


def test_spread_of_samples_that_scatter_by_a_tenth() -> None:
    """Logarithms ± log 1.1 / √2 around their mean have the standard deviation log 1.1."""
    assert relative_spread([1.0, 1.1 ** math.sqrt(2)]) == pytest.approx(0.1)
    assert relative_spread([1.0]) is None
    assert relative_spread([0.0, 1.0]) is None


def test_how_many_samples_a_precision_takes() -> None:
    """A spread of 10 % and ± 10 %: one spread, which Student's interval of seven has on average."""
    samples = [1.0, 1.1 ** math.sqrt(2)]

    assert detectable_spreads(7) < 1 < detectable_spreads(6)
    assert samples_for_precision(samples, 0.1) == 8
    assert samples_for_precision([2.0, 2.0], 0.1) == 2
    assert samples_for_precision([1.0], 0.1) is None
    assert samples_for_precision([1.0, 1e6], 0.01) is None


@pytest.mark.parametrize("precision", [0.05, 0.1, 0.2])
def test_four_of_five_studies_reach_the_precision_that_they_were_planned_for(
    precision: float,
) -> None:
    samples = [1.0, 1.1 ** math.sqrt(2)]
    planned = samples_for_precision(samples, precision)
    assert planned is not None

    def share_that_reaches_it(n: int) -> float:
        draws = np.random.default_rng(0).normal(0, math.log(1.1), (20_000, n))
        half_widths = detectable_spreads(n) * draws.std(axis=1, ddof=1)
        return float(np.mean(half_widths <= math.log1p(precision)))

    assert share_that_reaches_it(planned) > 0.79
    assert share_that_reaches_it(planned - 1) < 0.81


@given(SAMPLES, st.floats(0.01, 0.5))
def test_a_finer_precision_never_takes_fewer_samples(samples: list[float], fine: float) -> None:
    few, many = samples_for_precision(samples, 2 * fine), samples_for_precision(samples, fine)

    assert many is None or (few is not None and few <= many)


def test_tests_are_made_in_the_modules_of_pure_functions_only() -> None:
    """Verdicts, winners, recommendations and comparisons have no statistics of their own."""
    modules = Path(report.__file__).parent.rglob("*.py")
    users = {
        path.parent.name
        for path in modules
        if re.search(r"^(from|import) scipy", path.read_text(), re.M)
    }

    assert users == {"statistics"}


def test_equal_values_share_a_rank() -> None:
    assert ranks([3.0, 1.0, 3.0]) == [2.5, 1.0, 2.5]
