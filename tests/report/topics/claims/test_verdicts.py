"""The rules are pure: findings in, verdicts out."""

from dataclasses import replace

import pytest

from report.statistics.paired import paired_test
from report.topics.claims.comparisons import MeasuredComparison
from report.topics.claims.verdicts import Judgement, combine, corrected, judge, tally

CLEAR = ((1.0, 2.0), (1.1, 2.2), (1.0, 2.02))
OPEN = ((1.0, 1.1), (1.1, 1.0), (1.0, 1.2))


def measured(pairs: tuple[tuple[float, float], ...]) -> MeasuredComparison:
    return MeasuredComparison("<", measured="A against B", pairs=pairs, test=paired_test(pairs))


def test_a_significant_test_on_the_claimed_side_reproduces() -> None:
    found = judge(measured(CLEAR), p=0.01, tests=3)

    assert found.verdict == "reproduced"
    assert "0.0100 among 3 tests" in found.reasons[0]


def test_on_the_other_side_it_contradicts() -> None:
    assert judge(replace(measured(CLEAR), relation=">"), 0.01, 1).verdict == "contradicted"


def test_the_corrected_p_value_decides() -> None:
    """Alone the test would be significant; among many it is not."""
    found = measured(CLEAR)
    assert found.test is not None
    assert found.test.p < 0.05

    assert judge(found, p=0.051, tests=99).verdict == "inconclusive"


@pytest.mark.parametrize(
    ("special", "verdict", "reason"),
    [
        (MeasuredComparison("<", obstacle="no GPU"), "not testable here", "no GPU"),
        (
            MeasuredComparison("<", pairs=((1.0, 2.0),)),
            "inconclusive",
            "1 block cannot tell a difference from noise",
        ),
        (MeasuredComparison("<", holds_exactly=True), "reproduced", "compared as they are"),
        (MeasuredComparison("<", holds_exactly=False), "contradicted", "compared as they are"),
        (replace(measured(CLEAR), is_unresolved=True), "inconclusive", "number of test images"),
        (measured(OPEN), "inconclusive", "would settle it"),
    ],
)
def test_what_no_test_decides(special: MeasuredComparison, verdict: str, reason: str) -> None:
    found = judge(special, p=0.01 if special.is_unresolved else 1.0, tests=1)

    assert found.verdict == verdict
    assert reason in found.reasons[0]


def test_what_cannot_be_tested_burdens_no_other() -> None:
    tested = measured(CLEAR)
    assert tested.test is not None

    alone, beside, twice = (
        corrected([tested]),
        corrected([MeasuredComparison("<", obstacle="no GPU"), tested]),
        corrected([tested, measured(OPEN)]),
    )

    assert alone == [tested.test.p]
    assert beside == [1.0, tested.test.p]
    assert twice[0] == pytest.approx(2 * tested.test.p)


def test_a_remark_follows_the_reason() -> None:
    found = judge(replace(measured(CLEAR), remark="on purpose"), 0.01, 1)

    assert found.reasons[1] == "on purpose"


def test_the_worst_part_decides() -> None:
    parts = [Judgement("reproduced"), Judgement("inconclusive"), Judgement("contradicted")]

    assert combine(parts).verdict == "contradicted"
    assert combine(parts[:2]).verdict == "inconclusive"


def test_verdicts_are_counted_in_a_fixed_order() -> None:
    verdicts = ("contradicted", "reproduced", "reproduced", "not testable here")

    text = tally([Judgement(verdict) for verdict in verdicts])

    assert text == "2 reproduced, 1 not testable here and 1 contradicted"
