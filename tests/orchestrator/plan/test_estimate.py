"""What a job costs is learnt from the same work alone."""

import pytest

from contract.journal import JobEntry
from orchestrator.plan.estimate import Costs, duration
from orchestrator.store.files import write_atomically
from orchestrator.store.output import point_latest_to
from orchestrator.store.store import RunStore
from orchestrator.terminal.plan_table import part_lines, total
from tests.contract.examples import MOMENT, job, trained_result
from tests.contract.test_drift import reading


def keep_run(output, name, *jobs, seconds=42):
    store = RunStore.create(output, name)
    write_atomically(store.folder / "run.json", "{}")
    for spec in jobs:
        folder = store.prepare(spec, None)
        result = trained_result(job=spec.identity, finished=f"2026-01-01T00:00:{seconds}Z")
        write_atomically(folder / "result.json", result.model_dump_json())
    return store


def test_a_job_costs_what_the_same_work_took_in_earlier_runs(tmp_path):
    keep_run(tmp_path, "20260101-000000-quick", job())
    costs = Costs.of_runs(tmp_path)

    assert costs.seconds(job(data_dir="/elsewhere")) == 42
    assert costs.seconds(job(seed=7, repeat=3)) == 42
    assert costs.seconds(job(epochs=9)) is None
    assert costs.seconds(job(contender="keras")) is None
    assert costs.seconds(job(protocol="published")) is None


def test_the_journal_knows_better_what_a_job_took_than_the_job_itself(tmp_path):
    store = keep_run(tmp_path, "20260101-000000-quick", job(), job(seed=1))
    for cost in (0.8, 1.0, 1.2):
        store.journal.add(reading(1, "first").model_copy(update={"cost_seconds": cost}))
    ended = JobEntry(job_id=job().job_id, started=MOMENT, seconds=44, status="ok")
    store.journal.add(ended)
    costs = Costs.of_runs(tmp_path)

    assert costs.seconds(job()) == 43  # the median of 44, and of 42 by the other's own account
    assert costs.sentinel_seconds() == 1
    jobs = [job(task="verify"), job(), job(seed=1, repeat=2), job(seed=1, repeat=2, task="predict")]
    assert part_lines(jobs, costs) == [
        "gates: 1 job: 1 job of unknown cost",
        "block 1: 1 job and 2 sentinels (1.0 s each): 45 s",
        "block 2: 2 jobs and 2 sentinels (1.0 s each): 45 s and 1 job of unknown cost",
    ]
    assert str(total(jobs, costs)) == "2 min and 2 jobs of unknown cost"


def test_the_newest_runs_are_asked_and_latest_is_none_of_its_own(tmp_path):
    for number in range(7):
        store = keep_run(tmp_path, f"2026010{number}-quick", job(), seconds=10 + number)
        point_latest_to(store, print)

    assert Costs.of_runs(tmp_path).seconds(job()) == 14  # the median of 12 to 16


def test_a_run_that_goes_on_teaches_too():
    costs = Costs()
    costs.learn(job(), 30)
    costs.learn(job(seed=1), 50)

    left = costs.left([job(seed=2), job(seed=3), job(task="predict")])

    assert (left.seconds, left.known, left.unknown) == (80, 2, 1)
    assert str(left) == "80 s and 1 job of unknown cost"


@pytest.mark.parametrize(
    ("seconds", "text"), [(3.4, "3 s"), (89, "89 s"), (600, "10 min"), (9000, "2.5 h")]
)
def test_durations_are_told_in_the_unit_that_reads_best(seconds, text):
    assert duration(seconds) == text
