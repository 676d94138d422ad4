"""A block of turns of real contenders: whoever dies in it, nothing is left frozen or running."""

import signal
import time

import pytest

from contract.journal import SentinelTurn, read_journal
from orchestrator.store.store import RunStore
from tests.faults.disturbances import kill
from tests.faults.real import (
    Disturbance,
    DisturbedLauncher,
    left_running,
    make_engine,
    planned_turns,
    run,
)
from tests.faults.test_kill_and_resume import (
    WAIT_SECONDS,
    Orchestrator,
    complete,
    gone,
    latest,
    owner,
)

ENGINES = [
    pytest.param("local", marks=pytest.mark.environment),
    pytest.param("docker", marks=pytest.mark.docker),
]


def wait_until(condition):
    deadline = time.monotonic() + WAIT_SECONDS
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def rounds_begun(output):
    """Return the rounds of blocks of turns that the newest run has begun."""
    if not (output / "latest").exists():
        return []
    entries = read_journal(latest(output).folder)
    return [entry.round for entry in entries if isinstance(entry, SentinelTurn)]


def both_start(output):
    """Whether both contenders of a block have been started, and said something."""
    return len(list(output.glob("latest/jobs/*.turns.*/events.jsonl"))) == 2


@pytest.mark.parametrize("moment", [both_start, rounds_begun])
@pytest.mark.parametrize("engine", ENGINES)
def test_a_kill_in_a_block_leaves_nothing_frozen_or_running_and_the_run_goes_on(
    engine, moment, tmp_path
):
    orchestrator = Orchestrator(engine, tmp_path, "velox,pytorch")
    wait_until(lambda: moment(tmp_path))

    orchestrator.kill()

    assert gone(owner(tmp_path).output_id, engine)
    code, said = Orchestrator(engine, tmp_path, "velox,pytorch").finish()
    assert code == 0, said
    complete(latest(tmp_path))


@pytest.mark.parametrize("engine", ENGINES)
def test_a_termination_in_a_block_ends_all_of_it(engine, tmp_path):
    orchestrator = Orchestrator(engine, tmp_path, "velox,pytorch")
    wait_until(lambda: rounds_begun(tmp_path))

    orchestrator.process.send_signal(signal.SIGTERM)

    code, said = orchestrator.finish()
    assert code == 130, said
    assert gone(owner(tmp_path).output_id, engine)


@pytest.mark.parametrize("name", ENGINES)
def test_a_runner_that_is_killed_ends_its_own_part(name, tmp_path):
    engine = make_engine(name)
    gates, turns = planned_turns(engine)
    victim = turns[0].job_id

    launcher = DisturbedLauncher(engine, {victim: Disturbance(during=kill)})
    results = run(launcher, [*gates, *turns], RunStore.create(tmp_path, "run"))

    assert "killed by signal SIGKILL" in results[victim].failure.cause
    other = results[turns[1].job_id]
    assert other.status == "ok"
    assert {turn.round for turn in other.turns.turns} == {1, 2}
    assert left_running(engine) == []
