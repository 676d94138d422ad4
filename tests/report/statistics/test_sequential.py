"""A test that is looked at after every block keeps its level, and what it decided."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, stats

from report.statistics.paired import EQUALITY_MARGIN, Pair, PairedTest, holm
from report.statistics.sequential import blocks_to_decide, sequential_equality_p, sequential_ratio
from report.statistics.summary import SIGNIFICANCE

MARGIN = math.log(EQUALITY_MARGIN)


def pairs_of(log_ratios: list[float]) -> list[Pair]:
    return [(math.exp(log), 1.0) for log in log_ratios]


def about(mean: float, blocks: int, spread: float = 0.01) -> list[Pair]:
    """Return pairs whose log-ratios lie on both sides of a mean."""
    return pairs_of([mean + spread * (-1) ** block for block in range(blocks)])


def found(pairs: list[Pair]) -> PairedTest:
    test = sequential_ratio(pairs)
    assert test is not None
    return test


def outcome(pairs: list[Pair]) -> str | None:
    test, equality = sequential_ratio(pairs), sequential_equality_p(pairs)
    if test is None or equality is None:
        return None
    if test.p <= SIGNIFICANCE:
        return "smaller" if test.first_is_smaller else "larger"
    return "equal" if equality <= SIGNIFICANCE else None


def studies(mean: float, spread: float, blocks: int = 30, count: int = 1000) -> list[str | None]:
    """Return what is decided after all looks of studies with normal noise."""
    samples = np.random.default_rng(0).normal(mean, spread, (count, blocks))
    return [outcome(pairs_of(sample)) for sample in samples.tolist()]


@pytest.mark.parametrize("blocks", [4, 7, 12])
def test_one_over_the_p_value_is_the_ratio_of_likelihoods(blocks: int) -> None:
    """The integral of the noncentral t over the prior, which the closed form stands for."""
    log_ratios = np.full(blocks, 0.1)
    log_ratios[:2] = (0.0, 0.2)  # every look says more than the one before
    t = 0.1 / stats.sem(log_ratios)

    def likelihood(effect: float) -> float:
        shifted = stats.nct.pdf(t, blocks - 1, effect * math.sqrt(blocks))
        return float(shifted * stats.norm.pdf(effect, scale=4))

    ratio = integrate.quad(likelihood, 0, 20)[0] + integrate.quad(likelihood, -20, 0)[0]
    expected = stats.t.pdf(t, blocks - 1) / ratio
    assert found(pairs_of(log_ratios.tolist())).p == pytest.approx(expected, rel=1e-3)


@given(st.lists(st.floats(-1, 1), min_size=4, max_size=12))
def test_the_interval_leaves_1_out_where_the_p_value_is_below_the_level(
    log_ratios: list[float],
) -> None:
    test = found(pairs_of(log_ratios))

    # looks that contradict each other or the estimate are no evidence, whatever they leave out
    if test.low <= test.estimate <= test.high and abs(test.p - SIGNIFICANCE) > 1e-9:
        assert (test.p < SIGNIFICANCE) == (not test.low <= 1 <= test.high)


@given(st.lists(st.floats(-0.1, 0.1), min_size=4, max_size=12))
def test_sides_are_equal_where_the_interval_lies_within_the_margin(log_ratios: list[float]) -> None:
    test, p = found(pairs_of(log_ratios)), sequential_equality_p(pairs_of(log_ratios))

    assert p is not None
    if test.low <= test.high and abs(p - SIGNIFICANCE) > 1e-9 and p < 1:
        is_within = test.low > 1 / EQUALITY_MARGIN and test.high < EQUALITY_MARGIN
        assert (p < SIGNIFICANCE) == is_within


def test_too_few_blocks_tell_nothing() -> None:
    assert sequential_ratio(about(1.0, 2)) is None
    assert sequential_equality_p(about(0.0, 2)) is None
    assert sequential_ratio([]) is None


@pytest.mark.parametrize(("tests", "enough"), [(1, 3), (2, 3), (10, 4), (26, 4), (40, 5)])
def test_more_tests_need_more_blocks(tests: int, enough: int) -> None:
    def least(blocks: int) -> float:
        return holm([found(about(1.0, blocks, 1e-6)).p] + [1.0] * (tests - 1))[0]

    assert least(enough) < SIGNIFICANCE
    assert enough == 3 or least(enough - 1) > SIGNIFICANCE


@pytest.mark.parametrize(
    ("mean", "expected"),
    [
        (-0.1, "smaller"),
        (0.1, "larger"),
        (0.0, "equal"),
        (0.006, "equal"),
        (0.03, "larger"),
        (-0.03, "smaller"),
    ],
)
def test_an_interval_without_1_is_a_difference_and_one_around_it_may_be_equality(
    mean: float, expected: str
) -> None:
    assert outcome(about(mean, 8)) == expected


def test_an_interval_from_below_1_to_beyond_the_margin_decides_nothing() -> None:
    pairs = about(0.03, 8, spread=0.05)

    assert found(pairs).low < 1
    assert found(pairs).high > EQUALITY_MARGIN
    assert outcome(pairs) is None


def test_what_is_equal_within_the_margin_may_turn_out_to_differ_by_less() -> None:
    assert outcome(about(0.012, 8)) == "equal"
    assert outcome(about(0.012, 20)) == "larger"


def test_an_estimate_beyond_the_margin_is_never_equal() -> None:
    assert sequential_equality_p(about(MARGIN, 30)) == 1
    assert sequential_equality_p(about(-0.2, 30)) == 1


def test_blocks_without_a_spread_leave_an_interval_without_width() -> None:
    test = found(pairs_of([0.1] * 6))

    assert (test.low, test.estimate, test.high) == pytest.approx((math.exp(0.1),) * 3)
    assert outcome(pairs_of([0.1] * 6)) == "larger"
    assert outcome(pairs_of([0.0] * 6)) == "equal"


@given(
    st.lists(st.floats(-1, 1), min_size=4, max_size=12),
    st.lists(st.floats(-1, 1), min_size=1, max_size=5),
)
def test_a_later_look_never_widens_the_interval(before: list[float], after: list[float]) -> None:
    early, late = found(pairs_of(before)), found(pairs_of(before + after))

    assert late.low >= early.low
    assert late.high <= early.high


def test_looks_that_contradict_each_other_decide_nothing() -> None:
    changed = about(0.1, 8) + about(-0.1, 60)

    assert outcome(changed[:8]) == "larger"
    assert found(changed).low > found(changed).high
    assert outcome(changed) is None


def test_equal_sides_are_seldom_said_to_differ_at_any_look() -> None:
    decided = studies(mean=0, spread=0.1)

    assert 0.005 < sum(found in ("smaller", "larger") for found in decided) / 1000 < 0.05


@pytest.mark.parametrize("mean", [MARGIN, -MARGIN])
def test_sides_that_differ_by_the_margin_are_seldom_said_to_be_equal(mean: float) -> None:
    decided = studies(mean, spread=0.02)

    assert decided.count("equal") / 1000 < 0.05
    assert decided.count("larger" if mean > 0 else "smaller") / 1000 > 0.9


@pytest.mark.parametrize("mean", [0.1, 0.05, 0.0])
def test_how_many_blocks_would_decide_is_foretold(mean: float) -> None:
    def decides(blocks: int) -> bool:
        pairs = about(mean, blocks, 0.04)
        test, equality = sequential_ratio(pairs), sequential_equality_p(pairs)
        assert test is not None
        assert equality is not None
        return 10 * min(test.p, equality) <= SIGNIFICANCE

    blocks = next(count for count in range(5, 100) if decides(count))
    foretold = blocks_to_decide(about(mean, 8, 0.04), tests=10)

    assert foretold is not None
    assert blocks <= foretold <= 1.2 * blocks


def test_blocks_that_would_never_decide_are_told() -> None:
    assert blocks_to_decide(about(MARGIN, 6, spread=5.0)) is None
    assert blocks_to_decide(about(0.1, 1)) is None


def test_one_block_more_is_foretold_at_least() -> None:
    assert blocks_to_decide(about(1.0, 8)) == 9
