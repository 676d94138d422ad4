"""Two one-sided tests: sides are equal within 5 % where both bounds are out of reach."""

import math

import numpy as np
import pytest

from report.statistics.paired import EQUALITY_MARGIN, Pair, equality_p
from report.statistics.summary import SIGNIFICANCE

STUDIES = 2000


def share_of_decisions(ratio: float, spread: float, pairs: int) -> float:
    """Return how many of many studies find sides of a ratio equal."""
    random = np.random.default_rng(5)
    logarithms = math.log(ratio) + spread * random.standard_normal((STUDIES, pairs))
    found = [equality_p([(math.exp(log), 1.0) for log in study]) for study in logarithms]
    return sum(p is not None and p <= SIGNIFICANCE for p in found) / STUDIES


def pairs_of(*ratios: float) -> list[Pair]:
    return [(ratio, 1.0) for ratio in ratios]


def test_the_p_value_is_the_larger_of_both_one_sided_tests() -> None:
    """Logarithms 0.01, 0.02 and 0.03: mean 0.02, error 0.00577, t(2) of (ln 1.05 − 0.02) = 4.99."""
    p = equality_p([(math.exp(log), 1.0) for log in (0.01, 0.02, 0.03)])

    assert p == pytest.approx(0.0189, abs=2e-4)


@pytest.mark.parametrize("ratio", [EQUALITY_MARGIN, 1 / EQUALITY_MARGIN])
def test_at_the_margin_it_errs_as_often_as_its_level_says(ratio: float) -> None:
    assert 0.035 < share_of_decisions(ratio, spread=0.02, pairs=6) < 0.065


def test_beyond_the_margin_it_errs_less() -> None:
    assert share_of_decisions(1.1, spread=0.02, pairs=6) < 0.005


def test_equal_sides_are_found_equal() -> None:
    """With a spread of 3 % between blocks eight of them are enough, and three are not."""
    assert share_of_decisions(1.0, spread=0.03, pairs=8) > 0.9
    assert share_of_decisions(1.0, spread=0.03, pairs=3) < 0.5


def test_a_gap_of_2_percent_is_still_found_equal_with_enough_blocks() -> None:
    assert share_of_decisions(1.02, spread=0.03, pairs=20) > 0.9


def test_the_order_of_the_sides_does_not_matter() -> None:
    pairs = pairs_of(1.01, 1.02, 0.99)

    assert equality_p(pairs) == pytest.approx(equality_p([(b, a) for a, b in pairs]))


@pytest.mark.parametrize(
    ("pairs", "p"),
    [
        (pairs_of(1.0, 1.0), 0.0),
        (pairs_of(1.1, 1.1), 1.0),
        (pairs_of(1.0), None),
        ([], None),
        ([(0.0, 1.0), (1.0, 1.0)], None),
    ],
)
def test_what_has_no_spread_or_no_ratio(pairs: list[Pair], p: float | None) -> None:
    assert equality_p(pairs) == p
