"""Turns are compared round by round, and blocks by the mean of their rounds."""

from math import exp, log

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contract.turns import Turns
from report.run.turns import block_log_ratios, log_ratios
from tests.contract.examples import job, turn, turns, untimed_result

BUSY = 0.4
SECONDS = st.floats(min_value=1e-6, max_value=1e3)


def block(number, *taken):
    spec = job(task="turns", turn_rounds=8, repeat=number)
    return untimed_result(spec.identity, turns=turns(*taken))


def test_a_round_gives_the_ratio_of_its_turns() -> None:
    first = turns(turn(1, call_seconds=0.02), turn(2, call_seconds=0.06))
    second = turns(turn(1, call_seconds=0.01), turn(2, call_seconds=0.02))

    assert log_ratios(first, second, "step_seconds") == pytest.approx({1: log(2), 2: log(3)})


@pytest.mark.parametrize("side", [0, 1], ids=["first", "second"])
def test_a_round_that_was_disturbed_on_either_side_gives_none(side: int) -> None:
    quiet = [turn(1), turn(2)]
    disturbed = [turn(1), turn(2, call_seconds=1.0, foreign_cpu_share=BUSY)]
    pair = [turns(*quiet), turns(*quiet)]
    pair[side] = turns(*disturbed)

    assert log_ratios(*pair, "step_seconds") == {1: 0.0}


def test_the_second_try_of_a_disturbed_turn_counts() -> None:
    tries = [turn(1, call_seconds=1.0, foreign_cpu_share=BUSY), turn(1, call_seconds=0.02)]

    found = log_ratios(turns(*tries), turns(turn(1)), "step_seconds")

    assert found == pytest.approx({1: log(2)})


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
    first = turns(*(turn(1, name, 0.03 if name == action else 0.01) for name in actions))

    found = log_ratios(first, turns(*(turn(1, name) for name in actions)), metric)

    assert found == pytest.approx({1: log(3)})


def test_what_has_no_samples_of_turns_is_an_error() -> None:
    with pytest.raises(KeyError):
        log_ratios(turns(), turns(), "step_first_seconds")


def test_a_block_gives_the_mean_of_its_rounds_and_only_shared_blocks_count() -> None:
    first = [
        block(1, turn(1, call_seconds=0.02), turn(2, call_seconds=0.08)),
        block(2, turn(1, call_seconds=0.01)),
        block(3, turn(1)),
    ]
    second = [block(1, turn(1), turn(2)), block(2, turn(1, foreign_cpu_share=BUSY)), block(4)]

    assert block_log_ratios(first, second, "step_seconds") == pytest.approx({1: log(4)})


@settings(max_examples=50)
@given(st.lists(st.tuples(SECONDS, SECONDS), min_size=1, max_size=4), st.floats(0.1, 10))
def test_slowing_both_changes_nothing_and_slowing_one_is_seen(
    samples: list[tuple[float, float]], factor: float
) -> None:
    def taken(side: int, slowed: float = 1.0) -> Turns:
        return turns(*(turn(n, call_seconds=slowed * s[side]) for n, s in enumerate(samples, 1)))

    as_it_was = log_ratios(taken(0), taken(1), "step_seconds")
    both = log_ratios(taken(0, factor), taken(1, factor), "step_seconds")
    one = log_ratios(taken(0, factor), taken(1), "step_seconds")

    assert both == pytest.approx(as_it_was, abs=1e-9)
    for number, before in as_it_was.items():
        assert exp(one[number] - before) == pytest.approx(factor)
