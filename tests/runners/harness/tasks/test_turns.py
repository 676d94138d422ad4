"""A runner takes turns at the word of whoever holds the other end of the pipes."""

import threading
import time

import numpy as np
import pytest

from contract.names import ANSWERS_NAME, ORDERS_NAME
from contract.pipes import make_pipes
from contract.turns import Turn, TurnOrder, TurnsReady
from runners.harness.reference.network import Reference
from runners.harness.tasks import turns
from tests.runners.harness.numpy_contender import NumpyContender
from tests.runners.harness.tiny_jobs import tiny_job

LEAST_SECONDS = 0.02
JOB = tiny_job(task="turns", turn_rounds=2)


class Counting(Reference):
    """The reference, which counts what is asked of it."""

    def train_step(self, inputs, targets):
        self.steps.append(inputs.copy())
        return super().train_step(inputs, targets)

    def predict(self, inputs):
        self.predicted.append(len(inputs))
        return super().predict(inputs)


class Runner:
    """A job that takes turns, in a thread; the test is its orchestrator."""

    def __init__(self, start, folder, spec=JOB):
        Counting.steps, Counting.predicted = [], []
        self.pipes = make_pipes(folder)
        self._result = None
        self._thread = threading.Thread(target=self._run, args=(start, spec))
        self._thread.start()

    def _run(self, start, spec):
        self._result = start(NumpyContender(kind=Counting), spec)

    def built(self):
        return TurnsReady.model_validate_json(self.pipes.receive(60))

    def ready(self):
        self.built()
        self.order(1, "prepare")
        return TurnsReady.model_validate_json(self.pipes.receive(60))

    def order(self, number, action):
        self.pipes.send(TurnOrder(round=number, action=action).model_dump_json())

    def turn(self, number, action):
        self.order(number, action)
        return Turn.model_validate_json(self.pipes.receive(60))

    def leave(self):
        """Close the orchestrator's side."""
        pipes, self.pipes = self.pipes, None
        if pipes:
            pipes.close()

    def result(self):
        self._thread.join(60)
        return self._result


@pytest.fixture
def runner(start, tmp_path, monkeypatch):
    monkeypatch.setattr(turns, "TURN_SECONDS", LEAST_SECONDS)
    started = []

    def started_runner(spec=JOB):
        started.append(Runner(start, tmp_path, spec))
        return started[0]

    yield started_runner
    started[0].leave()
    started[0].result()


def test_a_runner_does_what_is_ordered_and_its_result_has_every_turn(runner):
    job = runner()
    job.ready()

    answers = [job.turn(1, "step"), job.turn(1, "predict_1"), job.turn(2, "step")]
    job.order(2, "end")

    result = job.result()
    assert result.status == "ok"
    assert list(result.turns.turns) == answers
    assert [(turn.round, turn.action) for turn in answers] == [
        (1, "step"),
        (1, "predict_1"),
        (2, "step"),
    ]
    assert result.turns.unmeasured["predict_100_turn_seconds"] == "no turn of it was undisturbed"


def test_every_turn_takes_long_enough_and_has_a_multiple_of_the_planned_calls(runner):
    job = runner()
    expected = job.ready().turn_seconds
    before = len(Counting.steps)

    taken = [job.turn(1, "step"), job.turn(2, "step")]

    assert expected["step"] >= LEAST_SECONDS
    assert all(turn.seconds >= LEAST_SECONDS for turn in taken)
    assert sum(turn.calls for turn in taken) == len(Counting.steps) - before > 2


def test_a_turn_is_planned_in_a_few_calls_where_the_first_is_the_only_fast_one(monkeypatch):
    monkeypatch.setattr(turns, "TURN_SECONDS", LEAST_SECONDS)
    pauses_seconds = iter([0.0] + [LEAST_SECONDS / 5] * 20)

    plan = turns._plan(lambda: time.sleep(next(pauses_seconds)))

    assert plan.calls == 10


def test_a_call_of_each_action_is_what_its_name_says(runner):
    job = runner()
    job.ready()

    for action, expected in (("step", []), ("predict_100", [100]), ("predict_1", [1])):
        before, steps_before = len(Counting.predicted), len(Counting.steps)
        calls = job.turn(1, action).calls
        assert Counting.predicted[before:] == expected * calls
        assert len(Counting.steps) - steps_before == (calls if action == "step" else 0)


def test_an_evaluation_as_between_epochs_comes_before_the_calls_that_are_planned_and_timed(runner):
    """After it an allocator may keep what steps free, as in every epoch but the first."""
    job = runner()
    job.ready()

    test_images = 120
    assert Counting.predicted[:3] == [100, 1, test_images]
    assert Counting.predicted.count(test_images) == 1


def test_nothing_is_called_before_the_order_to_prepare(runner):
    job = runner()

    assert job.built().turn_seconds == {}
    time.sleep(0.1)
    assert (Counting.steps, Counting.predicted) == ([], [])


def test_steps_go_round_whole_batches_and_never_start_anew(runner):
    job = runner(tiny_job(task="turns", turn_rounds=2, train_samples=20))
    job.ready()
    job.turn(1, "step")
    job.turn(2, "step")

    first, second, *others = Counting.steps
    assert len(first) == len(second) == JOB.training.batch_size == 8
    assert not np.array_equal(first, second)
    assert all(
        np.array_equal(batch, (first, second)[number % 2]) for number, batch in enumerate(others)
    )


@pytest.mark.parametrize(
    "said",
    ['{"round": 1, "action": "dance"}', '{"round": 0, "action": "step"}', "{", "x" * 4000],
    ids=["no action", "no round", "no JSON", "no order"],
)
def test_an_order_that_is_none_ends_the_job_with_its_cause(runner, said):
    job = runner()
    job.ready()

    job.pipes.send(said)

    result = job.result()
    assert result.status == "failed"
    assert result.failure.cause.startswith("no order can be taken from the orchestrator: ")


def test_turns_are_taken_by_none_that_is_not_prepared(runner):
    job = runner()
    job.built()

    job.order(1, "step")

    assert job.result().failure.cause.endswith("the first was step, not prepare")


def test_a_runner_prepares_once(runner):
    job = runner()
    job.ready()

    job.order(1, "prepare")

    assert job.result().failure.cause.endswith("prepare was ordered a second time")


def test_a_runner_ends_by_itself_when_the_orchestrator_is_gone(runner):
    job = runner()
    job.ready()

    job.leave()

    assert job.result().failure.cause.endswith("the other side is gone")


def test_a_runner_does_not_wait_for_orders_for_ever(runner, monkeypatch):
    monkeypatch.setattr(turns, "_LOOK_SECONDS", 0.01)
    limits = JOB.limits.model_copy(update={"timeout_seconds": 0.05})
    job = runner(JOB.model_copy(update={"limits": limits}))
    job.ready()

    assert "none came within 0 s" in job.result().failure.cause


def test_nobody_takes_turns_alone(start, tmp_path):
    result = start(NumpyContender(), JOB)

    assert result.failure.cause.startswith("nobody gives orders to take turns by: ")
    assert not (tmp_path / ORDERS_NAME).exists()
    assert not (tmp_path / ANSWERS_NAME).exists()
