"""The rules are pure: findings in, verdicts out."""

import math
from dataclasses import replace

import pytest

from report.statistics.paired import Pair, equality_p, paired_test
from report.statistics.sequential import sequential_equality_p, sequential_ratio
from report.topics.statements.comparisons import MeasuredComparison
from report.topics.statements.verdicts import Corrected, Judgement, combine, corrected, judge

CLEAR = ((1.0, 2.0), (1.1, 2.2), (1.0, 2.02))
OPEN = ((1.0, 1.1), (1.1, 1.0), (1.0, 1.2))


def measured(pairs: tuple[tuple[float, float], ...]) -> MeasuredComparison:
    return MeasuredComparison("<", measured="A against B", pairs=pairs, test=paired_test(pairs))


def test_a_significant_test_on_the_stated_side_reproduces() -> None:
    found = judge(measured(CLEAR), Corrected(p=0.01, tests=3))

    assert found.verdict == "reproduced"
    assert "0.0100 among 3 tests" in found.reasons[0]


def test_on_the_other_side_it_contradicts() -> None:
    assert (
        judge(replace(measured(CLEAR), relation=">"), Corrected(0.01, tests=1)).verdict
        == "contradicted"
    )


def test_the_corrected_p_value_decides() -> None:
    """Alone the test would be significant; among many it is not."""
    found = measured(CLEAR)
    assert found.test is not None
    assert found.test.p < 0.05

    assert judge(found, Corrected(0.051, tests=99)).verdict == "inconclusive"


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
    found = judge(special, Corrected(0.01 if special.is_unresolved else 1.0, tests=1))

    assert found.verdict == verdict
    assert reason in found.reasons[0]


def test_what_is_not_measured_yet_takes_its_share_already() -> None:
    """A verdict must not fall because something else was measured later."""
    tested = measured(CLEAR)
    assert tested.test is not None

    alone, beside, twice = (
        corrected([tested]),
        corrected([MeasuredComparison("<", obstacle="no job so far"), tested]),
        corrected([tested, measured(OPEN)]),
    )

    assert alone == [Corrected(tested.test.p, tests=1)]
    assert [found.p for found in beside] == pytest.approx([1.0, 2 * tested.test.p])
    assert twice[0].p == pytest.approx(2 * tested.test.p)


def test_what_was_counted_once_takes_no_share() -> None:
    tested = measured(CLEAR)
    assert tested.test is not None

    exact, found = corrected([MeasuredComparison("<", holds_exactly=True), tested])

    assert found == Corrected(tested.test.p, tests=1)
    assert exact == Corrected()


def test_a_remark_follows_the_reason() -> None:
    found = judge(replace(measured(CLEAR), remark="on purpose"), Corrected(0.01, tests=1))

    assert found.reasons[1] == "on purpose"


def test_the_worst_part_decides() -> None:
    parts = [Judgement("reproduced"), Judgement("inconclusive"), Judgement("contradicted")]

    assert combine(parts).verdict == "contradicted"
    assert combine(parts[:2]).verdict == "inconclusive"


EQUAL = ((1.0, 1.01), (1.0, 0.99), (1.0, 1.0), (1.0, 1.005))


def equal() -> MeasuredComparison:
    return replace(measured(EQUAL), equality_p=equality_p(EQUAL))


def test_sides_that_are_shown_to_be_equal_within_5_percent_are_a_decision() -> None:
    (among,) = corrected([equal()])

    found = judge(equal(), among)

    assert found.verdict == "equal within 5 %"
    assert "that it differs by 5" in found.reasons[0]


def test_a_difference_comes_before_an_equality() -> None:
    """A gap of 1 % that is beyond doubt is still a gap on one side."""
    found = judge(equal(), Corrected(p=0.01, equality_p=0.001, tests=1))

    assert found.verdict in ("reproduced", "contradicted")


def test_equalities_are_corrected_among_themselves() -> None:
    alone, *_ = corrected([equal()])
    beside, *_ = corrected([equal(), measured(CLEAR), equal()])

    assert beside.equality_p == pytest.approx(3 * alone.equality_p)


def test_what_nobody_asks_the_equality_of_is_not_equal() -> None:
    found = judge(measured(EQUAL), Corrected(1.0, tests=1))

    assert found.verdict == "inconclusive"


def test_the_numbers_of_a_test_are_kept() -> None:
    (number,) = judge(measured(CLEAR), Corrected(p=0.01, tests=3)).numbers

    assert (number.scale, number.blocks, number.p) == ("ratio", 3, 0.01)
    assert number.low < number.estimate < number.high < 1


def by_turns(*ratios: float) -> MeasuredComparison:
    pairs: tuple[Pair, ...] = tuple((ratio, 1.0) for ratio in ratios)
    return MeasuredComparison(
        "<",
        pairs=pairs,
        test=sequential_ratio(pairs),
        equality_p=sequential_equality_p(pairs),
        by_turns=True,
    )


def judged_by_turns(*ratios: float, tests: int = 1) -> Judgement:
    found = by_turns(*ratios)
    (among, *_) = corrected([found] * tests)
    return judge(found, among)


def test_what_is_decided_by_turns_needs_no_more_blocks() -> None:
    found = judged_by_turns(0.5, 0.52, 0.51, 0.49, 0.5)

    assert (found.verdict, found.blocks_needed) == ("reproduced", 0)


def test_two_blocks_of_turns_leave_a_question_open_that_one_more_might_settle() -> None:
    found = judged_by_turns(0.5, 0.52)

    assert (found.verdict, found.blocks_needed) == ("inconclusive", 3)
    assert found.reasons == ("2 blocks cannot tell a difference from noise; run `--repeats 4`",)


def test_how_many_blocks_of_turns_an_open_question_needs_is_foretold() -> None:
    alone = judged_by_turns(0.9, 1.05, 0.88, 1.02, 0.86)
    among_nine = judged_by_turns(0.9, 1.05, 0.88, 1.02, 0.86, tests=9)

    assert alone.verdict == "inconclusive"
    assert 5 < alone.blocks_needed < among_nine.blocks_needed
    assert f"run `--repeats {alone.blocks_needed:.0f}`" in alone.reasons[0]


def test_a_question_that_no_number_of_blocks_settles_is_told() -> None:
    found = judged_by_turns(0.3, 4.0, 0.3, 3.2, 1.05)

    assert found.blocks_needed == math.inf
    assert "no reasonable number of repeats" in found.reasons[0]


def test_a_reading_needs_the_blocks_of_the_part_that_needs_most() -> None:
    few, many = (
        Judgement("inconclusive", blocks_needed=7),
        Judgement("inconclusive", blocks_needed=20),
    )

    assert combine([few, many]).blocks_needed == 20


def test_accuracies_too_close_for_the_test_images_may_still_be_equal() -> None:
    close = replace(equal(), is_unresolved=True)

    assert judge(close, Corrected(1e-6, equality_p=0.001, tests=1)).verdict == "equal within 5 %"
