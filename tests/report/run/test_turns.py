"""Turns are compared round by round, and blocks by the means of the rounds that both have."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from report.run.turns import block_pairs, block_value, has_rounds, turns_of
from tests.contract.examples import job, turn, turns, untimed_result

BUSY = 0.4
SECONDS = st.floats(min_value=1e-6, max_value=1e3)


def block(number, *taken):
    spec = job(task="turns", turn_rounds=8, repeat=number)
    return untimed_result(spec.identity, turns=turns(*taken))


def of_a_block(first, second, metric="step_seconds"):
    """Return the means of two contenders' turns in one block."""
    (pair,) = block_pairs([block(1, *first)], [block(1, *second)], metric)
    return pair


def ratio(first, second):
    own, other = of_a_block(first, second)
    return own / other


def test_a_block_gives_the_geometric_mean_of_its_rounds() -> None:
    first = [turn(1, call_seconds=0.02), turn(2, call_seconds=0.08)]
    second = [turn(1, call_seconds=0.01), turn(2, call_seconds=0.01)]

    assert of_a_block(first, second) == pytest.approx((0.04, 0.01))


@pytest.mark.parametrize("side", [0, 1], ids=["first", "second"])
def test_a_round_that_was_disturbed_on_either_side_counts_on_neither(side: int) -> None:
    pair = [[turn(1), turn(2, call_seconds=0.5)], [turn(1), turn(2, call_seconds=0.5)]]
    pair[side][1] = turn(2, call_seconds=1.0, foreign_cpu_share=BUSY)

    assert of_a_block(*pair) == pytest.approx((0.01, 0.01))


def test_the_second_try_of_a_disturbed_turn_counts() -> None:
    tries = [turn(1, call_seconds=1.0, foreign_cpu_share=BUSY), turn(1, call_seconds=0.02)]

    assert ratio(tries, [turn(1)]) == pytest.approx(2)


@pytest.mark.parametrize(
    ("metric", "action"),
    [
        ("step_seconds", "step"),
        ("step_cpu_seconds", "step"),
        ("predict_100_turn_seconds", "predict_100"),
        ("predict_1_turn_seconds", "predict_1"),
    ],
)
def test_a_metric_is_compared_by_the_turns_of_its_action(metric: str, action: str) -> None:
    actions = ("step", "predict_100", "predict_1")
    first = [turn(1, name, 0.03 if name == action else 0.01) for name in actions]

    own, other = of_a_block(first, [turn(1, name) for name in actions], metric)

    assert own / other == pytest.approx(3)


def test_first_calls_have_no_rounds() -> None:
    assert has_rounds("step_seconds")
    assert not has_rounds("step_first_seconds")


def test_only_blocks_in_which_both_have_a_round_count() -> None:
    first = [block(1, turn(1, call_seconds=0.02)), block(2, turn(1)), block(3, turn(1))]
    second = [block(1, turn(1)), block(2, turn(1, foreign_cpu_share=BUSY)), block(4)]

    assert block_pairs(first, second, "step_seconds") == [pytest.approx((0.02, 0.01))]


@settings(max_examples=50)
@given(st.lists(st.tuples(SECONDS, SECONDS), min_size=1, max_size=4), st.floats(0.1, 10))
def test_slowing_both_changes_nothing_and_slowing_one_is_seen(
    samples: list[tuple[float, float]], factor: float
) -> None:
    def taken(side: int, slowed: float = 1.0):
        return [turn(n, call_seconds=slowed * s[side]) for n, s in enumerate(samples, 1)]

    as_it_was = ratio(taken(0), taken(1))

    assert ratio(taken(0, factor), taken(1, factor)) == pytest.approx(as_it_was)
    assert ratio(taken(0, factor), taken(1)) == pytest.approx(factor * as_it_was)


def test_a_block_of_turns_alone_comes_to_what_it_comes_to_in_a_quiet_pair() -> None:
    first = [turn(1, call_seconds=0.02), turn(2, call_seconds=0.08)]
    second = [turn(1, call_seconds=0.01), turn(2, call_seconds=0.01)]
    own, _ = of_a_block(first, second)

    assert block_value("step_seconds", turns(*first).step_seconds) == pytest.approx(own)


def test_a_block_of_calls_comes_to_their_median() -> None:
    assert block_value("predict_100_seconds", [0.1, 0.9, 0.2]) == 0.2


def test_turns_of_a_metric_are_those_of_its_action_with_the_disturbed_ones() -> None:
    steps = [turn(1, foreign_cpu_share=BUSY), turn(1)]

    assert turns_of(turns(*steps, turn(1, "predict_1")), "step_cpu_seconds") == steps
