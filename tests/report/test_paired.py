"""Known values and degenerate pairs."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from report.paired import (
    detectable_spreads,
    holm,
    paired_difference,
    paired_ratio,
    paired_test,
    repeats_needed,
)

THREE_LOGS = [(math.exp(log), 1.0) for log in (0.1, 0.2, 0.3)]
"""Mean 0.2, spread 0.1, t(0.975, 2) = 4.3027, t = 2√3 with p = 0.0742."""


def test_the_interval_of_a_paired_ratio_is_students() -> None:
    found = paired_ratio(THREE_LOGS)

    assert found is not None
    half_width = 4.3027 * 0.1 / math.sqrt(3)
    assert found.estimate == pytest.approx(math.exp(0.2))
    assert found.low == pytest.approx(math.exp(0.2 - half_width), rel=1e-4)
    assert found.high == pytest.approx(math.exp(0.2 + half_width), rel=1e-4)
    assert found.p == pytest.approx(0.0742, abs=1e-4)
    assert not found.first_is_smaller


def test_a_difference_has_the_same_test() -> None:
    found = paired_difference([(0.1, 0.0), (0.2, 0.0), (0.3, 0.0)])

    assert found is not None
    assert found.estimate == pytest.approx(0.2)
    assert found.p == pytest.approx(0.0742, abs=1e-4)


def test_equal_ratios_leave_an_interval_of_one_point_and_no_doubt() -> None:
    found = paired_ratio([(1.0, 2.0), (2.0, 4.0)])

    assert found is not None
    assert (found.low, found.estimate, found.high) == pytest.approx((0.5, 0.5, 0.5))
    assert found.p == 0


def test_equal_sides_are_equal() -> None:
    found = paired_ratio([(2.0, 2.0), (3.0, 3.0)])

    assert found is not None
    assert found.p == 1


@pytest.mark.parametrize("pairs", [[], [(1.0, 2.0)], [(0.0, 1.0), (1.0, 1.0)]])
def test_no_ratio_without_two_pairs_of_positive_values(pairs: list[tuple[float, float]]) -> None:
    assert paired_ratio(pairs) is None


def test_values_that_have_no_logarithm_are_subtracted() -> None:
    found = paired_test([(-1.0, 2.0), (-1.5, 2.5), (-0.9, 2.2)])

    assert found is not None
    assert found.scale == "difference"
    assert found.first_is_smaller
    assert paired_test([(1.0, 2.0)]) is None


def test_holms_correction_of_a_worked_example() -> None:
    """4 × 0.005, 3 × 0.01, 2 × 0.03; the last, 0.04, may not fall below the one before it."""
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])


@given(st.lists(st.floats(min_value=0, max_value=1), max_size=20))
def test_corrected_p_values_keep_their_order_and_never_shrink(p_values: list[float]) -> None:
    corrected = holm(p_values)

    assert all(p <= c <= 1 for p, c in zip(p_values, corrected, strict=True))
    by_p = sorted(zip(p_values, corrected, strict=True))
    assert [c for _, c in by_p] == sorted(corrected)


def test_the_repeats_that_are_needed_suffice() -> None:
    """With that many pairs of the same mean and spread the interval excludes 1; with fewer not."""
    assert repeats_needed(THREE_LOGS) == 4


def test_more_tests_need_more_repeats() -> None:
    alone, among_ten = repeats_needed(THREE_LOGS), repeats_needed(THREE_LOGS, tests=10)

    assert alone is not None
    assert among_ten is not None
    assert among_ten > alone


def test_sides_that_do_not_differ_need_more_than_anyone_would_run() -> None:
    assert repeats_needed([(1.1, 1.0), (1.0, 1.1)]) is None


@pytest.mark.parametrize(("pairs", "spreads"), [(2, 8.98), (3, 2.48), (6, 1.05)])
def test_what_few_pairs_can_detect(pairs: int, spreads: float) -> None:
    assert detectable_spreads(pairs) == pytest.approx(spreads, abs=0.01)
