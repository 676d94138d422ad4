"""A test that is looked at after every block keeps its level, and what it decided."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, stats

from report.statistics.paired import EQUALITY_MARGIN
from report.statistics.sequential import (
    SequentialTest,
    blocks_to_decide,
    sequential_test,
    sequential_tests,
)

MARGIN = math.log(EQUALITY_MARGIN)


def about(mean: float, blocks: int, spread: float = 0.01) -> list[float]:
    """Return log-ratios on both sides of a mean."""
    return [mean + spread * (-1) ** block for block in range(blocks)]


def found(log_ratios: list[float], tests: int = 1) -> SequentialTest:
    test = sequential_test(log_ratios, tests)
    assert test is not None
    return test


def outcome(log_ratios: list[float], tests: int = 1) -> str | None:
    return found(log_ratios, tests).outcome


def studies(mean: float, spread: float, blocks: int = 30, count: int = 1000) -> list[str | None]:
    """Return what is decided at any look of studies with normal noise."""
    samples = np.random.default_rng(0).normal(mean, spread, (count, blocks))
    return [outcome(sample) for sample in samples.tolist()]


@pytest.mark.parametrize("blocks", [4, 7, 12])
def test_the_interval_ends_where_the_likelihood_ratio_is_one_over_the_level(blocks: int) -> None:
    """The integral of the noncentral t over the prior, which the closed form stands for."""
    log_ratios = np.zeros(blocks)
    log_ratios[:2] = (-0.1, 0.1)  # in every look but the last, the interval is wider
    test = found(log_ratios.tolist())
    t = math.log(test.high) / stats.sem(log_ratios)

    def likelihood(effect: float) -> float:
        shifted = stats.nct.pdf(t, blocks - 1, effect * math.sqrt(blocks))
        return float(shifted * stats.norm.pdf(effect, scale=2))

    ratio = integrate.quad(likelihood, 0, 20)[0] + integrate.quad(likelihood, -20, 0)[0]
    assert ratio / stats.t.pdf(t, blocks - 1) == pytest.approx(20, rel=1e-3)


@pytest.mark.parametrize(("tests", "enough"), [(1, 4), (10, 5), (40, 6)])
def test_too_few_blocks_tell_nothing(tests: int, enough: int) -> None:
    assert sequential_test(about(1.0, enough - 1), tests) is None
    assert outcome(about(1.0, enough), tests) == "larger"


def test_no_blocks_tell_nothing() -> None:
    assert sequential_test([]) is None


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
    test = found(about(0.03, 8, spread=0.05))

    assert test.low < 1
    assert test.high > EQUALITY_MARGIN
    assert test.outcome is None


def test_what_is_equal_within_the_margin_may_turn_out_to_differ_by_less() -> None:
    assert outcome(about(0.012, 8)) == "equal"
    assert outcome(about(0.012, 20)) == "larger"


def test_blocks_without_a_spread_leave_no_doubt() -> None:
    test = found([0.1] * 6)

    assert (test.low, test.ratio, test.high) == pytest.approx((math.exp(0.1),) * 3)
    assert test.outcome == "larger"


def test_blocks_that_scatter_beyond_measure_tell_nothing() -> None:
    test = found(about(0.0, 5, spread=1000.0), tests=10)

    assert (test.low, test.high) == (0, math.inf)
    assert test.outcome is None


def test_more_tests_make_the_interval_wider() -> None:
    alone, among_ten = found(about(0.1, 8)), found(about(0.1, 8), tests=10)

    assert among_ten.low < alone.low
    assert among_ten.high > alone.high


@given(
    st.lists(st.floats(-1, 1), min_size=4, max_size=12),
    st.lists(st.floats(-1, 1), min_size=1, max_size=5),
)
def test_a_later_look_never_widens_the_interval(before: list[float], after: list[float]) -> None:
    early, late = found(before), found(before + after)

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


def test_a_statement_that_is_decided_to_differ_leaves_its_share_to_the_others() -> None:
    near, far = about(0.05, 8, spread=0.03), about(1.0, 8)

    assert outcome(near, tests=1) == "larger"
    assert outcome(near, tests=2) is None
    assert [test.outcome for test in sequential_tests([near, far]) if test] == ["larger", "larger"]


def test_a_statement_that_is_decided_to_be_equal_keeps_its_share() -> None:
    """Its error was possible until then, and counts."""
    near, equal = about(0.05, 8, spread=0.03), about(0.0, 8)

    assert [test.outcome for test in sequential_tests([near, equal]) if test] == [None, "equal"]


def test_statements_without_blocks_keep_their_share() -> None:
    near = about(0.05, 8, spread=0.03)

    assert sequential_tests([near, []]) == [sequential_test(near, tests=2), None]


@pytest.mark.parametrize("mean", [0.1, 0.05, 0.0])
def test_how_many_blocks_would_decide_is_foretold(mean: float) -> None:
    blocks = next(count for count in range(5, 100) if outcome(about(mean, count, 0.04), tests=10))
    foretold = blocks_to_decide(about(mean, 8, 0.04), tests=10)

    assert foretold is not None
    assert blocks <= foretold <= 1.2 * blocks


def test_blocks_that_would_never_decide_are_told() -> None:
    assert blocks_to_decide(about(MARGIN, 6, spread=5.0)) is None
    assert blocks_to_decide([0.1]) is None


def test_one_block_more_is_foretold_at_least() -> None:
    assert blocks_to_decide(about(1.0, 8)) == 9
