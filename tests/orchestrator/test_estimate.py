"""What a job costs is learnt from the same work alone."""

import pytest

from orchestrator.estimate import Costs, duration
from orchestrator.files import write_atomically
from orchestrator.store import RunStore
from tests.contract.examples import job, trained_result


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


def test_the_newest_runs_are_asked_and_latest_is_none_of_its_own(tmp_path):
    for number in range(7):
        store = keep_run(tmp_path, f"2026010{number}-quick", job(), seconds=10 + number)
        store.point_latest_here()

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
