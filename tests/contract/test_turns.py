"""What a block of turns makes of its turns: samples of the undisturbed ones, a reason for holes."""

import pytest

from contract.job import JobSpec
from contract.turns import undisturbed_turns
from tests.contract.examples import job, turn, turns

BUSY = 0.4
"""A share of the CPUs that a neighbour takes."""


def test_a_sample_is_the_mean_of_an_undisturbed_turn():
    found = turns(turn(1), turn(2, call_seconds=0.02), turn(1, "predict_100", 0.03))

    assert found.step_seconds == pytest.approx((0.01, 0.02))
    assert found.step_cpu_seconds == pytest.approx((0.02, 0.04))
    assert found.predict_100_turn_seconds == pytest.approx((0.03,))
    assert found.step_first_seconds == 0.5


def test_a_disturbed_turn_stays_in_the_record_and_gives_no_sample():
    disturbed = turn(2, call_seconds=0.4, foreign_cpu_share=BUSY)

    found = turns(turn(1), disturbed)

    assert found.step_seconds == pytest.approx((0.01,))
    assert disturbed in found.turns


def test_an_action_without_an_undisturbed_turn_says_so():
    found = turns(turn(1, foreign_cpu_share=BUSY))

    assert found.step_seconds == ()
    assert found.unmeasured["step_seconds"] == "no turn of it was undisturbed"


def test_of_a_round_the_last_undisturbed_try_counts():
    tries = [turn(1, foreign_cpu_share=BUSY), turn(1), turn(2), turn(2, foreign_cpu_share=BUSY)]

    assert undisturbed_turns(tries, "step") == {1: tries[1], 2: tries[2]}


def test_only_a_job_that_takes_turns_has_rounds():
    assert job(task="turns", turn_rounds=8).turn_rounds == 8
    for changes in ({"task": "turns"}, {"turn_rounds": 8}):
        with pytest.raises(ValueError, match="`turn_rounds` is given exactly when"):
            JobSpec.model_validate(job().model_dump() | changes)
