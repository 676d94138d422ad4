"""Every fault of a real runner is a recorded failure with its cause, and the rest goes on.

One run per engine takes all faults, one job each; the last job is left alone.
"""

from dataclasses import dataclass
from pathlib import Path

import pytest

from contract.result import Result
from orchestrator.engines.launcher import Launcher
from orchestrator.store.store import RunStore
from tests.faults.disturbances import FAULTS, SECRET
from tests.faults.real import DisturbedLauncher, left_running, make_engine, planned, run

ENGINES = [
    pytest.param("local", marks=pytest.mark.environment),
    pytest.param("docker", marks=pytest.mark.docker),
]
CONTENDERS = ("velox", "pytorch")
OF_PYTORCH = {"local": ("crashed",), "docker": ("crashed", "short of memory")}
"""It takes the most to import; short of private memory it fails in a new way each time, though."""
LEFT_ALONE = "left alone"


@dataclass(frozen=True)
class DisturbedRun:
    engine: Launcher
    folder: Path
    results: dict[str, Result]
    """By fault."""


@pytest.fixture(scope="module", params=ENGINES)
def disturbed(request, tmp_path_factory) -> DisturbedRun:
    engine = make_engine(request.param)
    plans = {contender: planned(engine, contender) for contender in CONTENDERS}
    jobs, disturbances, names = [gate for gate, _ in plans.values()], {}, {}
    for number, name in enumerate([*FAULTS, LEFT_ALONE]):
        _, train = plans["pytorch" if name in OF_PYTORCH[engine.name] else "velox"]
        job = train.model_copy(update={"seed": number})
        if name in FAULTS:
            disturbance = disturbances[job.job_id] = FAULTS[name][0]
            wanted = ("memory_bytes", "timeout_seconds")
            limits = job.limits.model_copy(
                update={field: getattr(disturbance, field) for field in wanted}
            )
            job = job.model_copy(update={"limits": limits})
        jobs.append(job)
        names[job.job_id] = name
    store = RunStore.create(tmp_path_factory.mktemp(request.param), "run")
    results = run(DisturbedLauncher(engine, disturbances), jobs, store)
    by_fault = {name: results[job_id] for job_id, name in names.items()}
    return DisturbedRun(engine, store.folder, by_fault)


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_recorded_with_its_cause_and_its_remedy(disturbed, fault):
    result = disturbed.results[fault]

    assert result.status == "failed"
    assert FAULTS[fault][1] in result.failure.cause
    assert result.failure.remedy
    assert result.failure.cause.isprintable()


def test_what_is_recorded_is_what_lies_on_the_disk(disturbed):
    store = RunStore(disturbed.folder)

    for result in disturbed.results.values():
        assert store.read_result(result.job.job_id) == result


def test_the_rest_goes_on(disturbed):
    assert disturbed.results[LEFT_ALONE].status == "ok"


def test_nothing_is_left_running(disturbed):
    assert left_running(disturbed.engine) == []


def test_nothing_outside_the_jobs_folder_is_written_through_a_link(disturbed):
    assert (disturbed.folder / "victim").read_text() == SECRET
