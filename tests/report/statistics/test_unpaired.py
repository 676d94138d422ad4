"""Known values and degenerate groups."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from report.statistics.unpaired import cliffs_delta, rank_sum_p, samples_to_see, welch_test

GROUP = st.lists(st.floats(min_value=0.01, max_value=100), min_size=2, max_size=10)


def test_welch_of_a_worked_example() -> None:
    """Variances 1/3 and 5/3 of the means: t = 3/√2 on 4 / (1/18 + 25/27) = 4.075 degrees."""
    found = welch_test([([1.0, 2.0, 3.0], [2.0, 4.0, 6.0, 8.0])], "difference")

    assert found is not None
    degrees = 4 / (1 / 18 + 25 / 27)
    assert found.estimate == 3
    assert found.p == pytest.approx(2 * stats.t.sf(3 / math.sqrt(2), degrees))
    assert found.high - 3 == pytest.approx(stats.t.ppf(0.975, degrees) * math.sqrt(2))


def test_a_ratio_is_a_difference_of_logarithms() -> None:
    found = welch_test([([1.0, math.e], [math.e, math.e**2])])

    assert found is not None
    assert found.estimate == pytest.approx(math.e)
    assert math.log(found.low) + math.log(found.high) == pytest.approx(2)


@given(GROUP, GROUP)
def test_groups_change_sides_without_changing_the_verdict(
    first: list[float], second: list[float]
) -> None:
    there, back = welch_test([(first, second)]), welch_test([(second, first)])

    assert there is not None
    assert back is not None
    assert there.p == pytest.approx(back.p)
    assert there.estimate == pytest.approx(1 / back.estimate)
    assert cliffs_delta(first, second) == -cliffs_delta(second, first)
    assert there.low <= there.estimate <= there.high


@settings(max_examples=25, deadline=None)
@given(GROUP, GROUP)
def test_welch_is_that_of_scipy(first: list[float], second: list[float]) -> None:
    found = welch_test([(first, second)])
    assert found is not None
    if min(np.ptp(np.log(first)), np.ptp(np.log(second))) > 1e-6:
        expected = stats.ttest_ind(np.log(first), np.log(second), equal_var=False).pvalue
        assert found.p == pytest.approx(expected, rel=1e-6, abs=1e-12)


def test_strata_say_more_together_than_each_alone() -> None:
    """Of k equal strata the error is 1/√k of one's, and the degrees of freedom are k times its."""
    one = ([1.0, 2.0, 3.0], [2.0, 3.0, 4.0])
    found = welch_test([one] * 4, "difference")

    assert found is not None
    assert found.estimate == pytest.approx(1)
    assert found.p == pytest.approx(2 * stats.t.sf(1 / math.sqrt(2 / 3 / 4), 16))


def test_strata_of_any_size_leave_out_what_they_differ_by() -> None:
    slow, fast = ([10.0, 11.0, 12.0], [11.0, 12.1, 13.2]), ([0.1, 0.11], [0.11, 0.121])
    found = welch_test([slow, fast])

    assert found is not None
    assert found.estimate == pytest.approx(1.1)


def test_groups_without_spread_leave_no_doubt() -> None:
    same = welch_test([([2.0, 2.0], [2.0, 2.0])])
    other = welch_test([([2.0, 2.0], [3.0, 3.0])])

    assert same is not None
    assert other is not None
    assert (same.p, same.estimate) == (1.0, 1.0)
    assert (other.p, other.low, other.high) == (0.0, pytest.approx(1.5), pytest.approx(1.5))


@pytest.mark.parametrize("group", [[], [1.0], [0.0, 1.0]])
def test_no_ratio_below_two_positive_samples(group: list[float]) -> None:
    assert welch_test([(group, [1.0, 2.0])]) is None


def test_ranks_of_six_against_six() -> None:
    """Wholly apart: 2 of the 12! / (6!·6!) = 924 orders are as one-sided."""
    small, large = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0], [7.0, 8.0, 9.0, 10.0, 11.0, 12.0]

    assert rank_sum_p(small, large) == pytest.approx(2 / 924)
    assert rank_sum_p(small[:5], large) is None


def test_cliffs_delta_of_a_worked_example() -> None:
    """Of nine pairs the second is larger in six, smaller in one, equal in two."""
    assert cliffs_delta([1.0, 2.0, 3.0], [2.0, 3.0, 4.0]) == pytest.approx((6 - 1) / 9)


def test_the_samples_that_are_needed_find_the_change_four_times_in_five() -> None:
    """Drawn anew: normal logarithms with a spread of 5 %, one group a tenth slower."""
    random = np.random.default_rng(7)
    known = np.exp(random.normal(0, 0.05, (2, 1000))).tolist()
    needed = samples_to_see([(known[0], known[1])], 0.1)
    assert needed is not None

    drawn = random.normal(0, 0.05, (2, 5000, needed))
    found = stats.ttest_ind(drawn[0], drawn[1] + math.log(1.1), axis=1, equal_var=False).pvalue

    assert 0.79 < np.mean(found < 0.05) < 0.9


@settings(max_examples=25, deadline=None)
@given(GROUP, GROUP)
def test_smaller_changes_and_stricter_levels_take_more_samples(
    first: list[float], second: list[float]
) -> None:
    coarse = samples_to_see([(first, second)], 0.5)
    finer = samples_to_see([(first, second)], 0.1)
    stricter = samples_to_see([(first, second)], 0.5, 0.001)
    for more in (finer, stricter):
        assert more is None or (coarse is not None and coarse <= more)
