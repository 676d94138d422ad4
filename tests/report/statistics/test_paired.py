"""Known values and degenerate pairs."""

import math

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from report.statistics.paired import (
    holm,
    mean_ratio,
    paired_difference,
    paired_ratio,
    paired_test,
    repeats_needed,
    signed_rank_p,
    standardised_mean,
)
from report.statistics.summary import SIGNIFICANCE

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


def _share_found(logs: npt.NDArray[np.float64]) -> float:
    """Return in how many studies, a row each, a t test of the mean log ratio is significant."""
    return float(np.mean(stats.ttest_1samp(logs, 0, axis=1).pvalue < SIGNIFICANCE))


def test_with_the_blocks_that_are_needed_four_studies_in_five_are_settled() -> None:
    """Studies drawn anew, whose true mean and spread are those that the pairs at hand show."""
    logs = np.array([0.11, -0.06, 0.02, 0.09, -0.03])
    needed = repeats_needed([(math.exp(log), 1.0) for log in logs])
    assert needed is not None

    studies = np.random.default_rng(3).normal(logs.mean(), logs.std(ddof=1), (20_000, needed))

    assert _share_found(studies) == pytest.approx(0.8, abs=0.02)
    assert _share_found(studies[:, : needed // 2]) < 0.6


def test_a_study_that_is_continued_is_settled_at_least_as_often() -> None:
    logs = np.array([0.11, -0.06, 0.02, 0.09, -0.03])
    needed = repeats_needed([(math.exp(log), 1.0) for log in logs])
    assert needed is not None

    more = np.random.default_rng(4).normal(
        logs.mean(), logs.std(ddof=1), (20_000, needed - len(logs))
    )
    continued = np.hstack([np.tile(logs, (len(more), 1)), more])

    assert 0.79 < _share_found(continued) < 0.9


def test_pairs_without_a_spread_need_one_more_or_say_nothing() -> None:
    assert repeats_needed([(2.0, 1.0), (2.0, 1.0)]) == 3
    assert repeats_needed([(1.0, 1.0), (1.0, 1.0)]) is None
    assert repeats_needed([(2.0, 1.0)]) is None


def test_more_tests_need_more_repeats() -> None:
    alone, among_ten = repeats_needed(THREE_LOGS), repeats_needed(THREE_LOGS, tests=10)

    assert alone is not None
    assert among_ten is not None
    assert among_ten > alone


def test_sides_that_do_not_differ_need_more_than_anyone_would_run() -> None:
    assert repeats_needed([(1.1, 1.0), (1.0, 1.1)]) is None


def test_six_differences_on_one_side_leave_a_rank_test_one_chance_in_thirty_two() -> None:
    """Two of the 2⁶ patterns of signs are as one-sided."""
    assert signed_rank_p([1.0, 2.0, 3.0, 4.0, 5.0, 6.0]) == 2 / 64


def test_signed_ranks_of_a_worked_example() -> None:
    """Of seven differences the two smallest are negative: W = 3, and 5 of 2⁷ patterns reach it."""
    assert signed_rank_p([-1.0, -2.0, 3.0, 4.0, 5.0, 6.0, 7.0]) == pytest.approx(2 * 5 / 128)


@pytest.mark.parametrize("n", [6, 7, 12, 25])
def test_the_exact_rank_test_is_scipys(n: int) -> None:
    values = list(np.random.default_rng(n).normal(0.3, 1, n))
    assert signed_rank_p(values) == pytest.approx(stats.wilcoxon(values, method="exact").pvalue)


def test_equal_distances_share_their_ranks() -> None:
    """Ranks 1.5, 1.5, 3, 4, 5, 6: of 64 signs, those of the empty set and of one 1.5 are as far."""
    assert signed_rank_p([-1.0, 1.0, 2.0, 3.0, 4.0, 5.0]) == pytest.approx(2 * 3 / 64)


def test_a_pair_without_a_difference_has_no_rank() -> None:
    values = [1.0, -2.0, 3.0, 4.0, 5.0, 6.0]
    assert signed_rank_p([*values, 0.0]) == signed_rank_p(values)


def test_five_pairs_have_no_rank_test() -> None:
    assert signed_rank_p([1.0, 2.0, 3.0, 4.0, 5.0]) is None
    assert signed_rank_p([0.0] * 6) == 1.0


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(-50, 50).map(float), min_size=6, max_size=12))
def test_a_rank_test_takes_no_side_and_knows_no_unit(values: list[float]) -> None:
    p = signed_rank_p(values)

    assert p is not None
    assert 0 <= p <= 1
    assert signed_rank_p([-value for value in values]) == pytest.approx(p)
    assert signed_rank_p([1024 * value for value in values]) == pytest.approx(p)


def test_the_effect_of_a_worked_example() -> None:
    """Mean 2, spread 1, and 1 − 3/(4·2 − 1) = 4/7 for three values."""
    assert standardised_mean([1.0, 2.0, 3.0]) == pytest.approx(2 * 4 / 7)


@pytest.mark.parametrize("values", [[1.0], [1.0, 2.0], [2.0, 2.0, 2.0]])
def test_no_effect_without_three_values_that_differ(values: list[float]) -> None:
    assert standardised_mean(values) is None


def test_rank_test_and_effect_stand_beside_the_t_test() -> None:
    found = paired_ratio([(1.0 + 0.01 * index, 2.0) for index in range(6)])

    assert found is not None
    assert found.rank_p == 2 / 64
    assert found.effect is not None
    assert found.effect < -10


def test_a_mean_ratio_counts_every_group_alike_however_many_pairs_it_has() -> None:
    found = mean_ratio([[(4.0, 1.0)] * 5, [(1.0, 1.0)] * 2])

    assert found is not None
    assert found.estimate == pytest.approx(2.0)
    assert found.interval == pytest.approx((2.0, 2.0))


def test_a_mean_ratio_of_one_group_is_that_of_the_t_test() -> None:
    pairs = [(1.0, 2.0), (1.1, 2.0), (1.0, 2.3)]
    found, test = mean_ratio([pairs]), paired_ratio(pairs)

    assert found is not None
    assert test is not None
    assert (found.estimate, found.interval) == (
        pytest.approx(test.estimate),
        pytest.approx((test.low, test.high)),
    )


@pytest.mark.parametrize("groups", [[[(1.0, 2.0)]], [[(1.0, 2.0)] * 3, [(1.0, 2.0)]]])
def test_a_group_of_one_pair_leaves_no_interval(groups: list[list[tuple[float, float]]]) -> None:
    found = mean_ratio(groups)

    assert found is not None
    assert found.interval is None


@pytest.mark.parametrize("groups", [[], [[]], [[(1.0, 0.0), (1.0, 1.0)]]])
def test_no_mean_ratio_without_pairs_of_positive_values(
    groups: list[list[tuple[float, float]]],
) -> None:
    assert mean_ratio(groups) is None


def test_a_mean_ratio_s_interval_covers_in_95_percent_of_cases() -> None:
    """Groups whose blocks scatter by 2 % and by 20 %, around one true ratio."""
    draw, covered = np.random.default_rng(7), 0
    for _ in range(1000):
        groups = [
            [(float(value), 1.0) for value in np.exp(draw.normal(0.3, spread, 4))]
            for spread in (0.02, 0.2)
        ]
        found = mean_ratio(groups)
        assert found is not None
        assert found.interval is not None
        covered += found.interval[0] <= np.exp(0.3) <= found.interval[1]
    assert 930 <= covered <= 985
