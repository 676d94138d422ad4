"""What happens around a job: the disk fills up, the engine restarts, the clock is set back."""

import io
import os
import shutil
import subprocess
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

from contract.event import parse_event
from contract.journal import JobEntry
from data.places import default_root
from orchestrator.engines.docker.engine import answering_engine, connected
from orchestrator.engines.docker.launcher import DockerLauncher
from orchestrator.engines.local.launcher import LocalLauncher
from orchestrator.store.store import RunStore
from orchestrator.terminal.progress import PlainDisplay
from tests.faults.proxy import EngineProxy
from tests.faults.real import (
    Disturbance,
    DisturbedLauncher,
    containers,
    left_running,
    make_engine,
    planned,
    run,
)

ENGINES = [
    pytest.param("local", marks=pytest.mark.environment),
    pytest.param("docker", marks=pytest.mark.docker),
]
DISK = "400m"
"""More than a run asks for before it starts a job, little enough to be filled at once."""
STEP_SECONDS = 2 * 60 * 60
"""As in clock.c."""


@pytest.fixture
def small_disk(tmp_path):
    assert os.geteuid() == 0, "needs root: it mounts a small disk of memory"
    disk = tmp_path / "disk"
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK}", "tmpfs", disk], check=True)
    yield disk
    subprocess.run(["umount", disk], check=True)


class Ballast:
    """A file of somebody else's that fills the disk, and goes away when the next job has ended."""

    def __init__(self, disk: Path) -> None:
        self._file = disk / "ballast"

    def fill(self, _site) -> None:
        free = shutil.disk_usage(self._file.parent).free
        with self._file.open("wb") as file:
            os.posix_fallocate(file.fileno(), 0, free)

    def remove(self) -> None:
        self._file.unlink(missing_ok=True)


class MakesRoom(PlainDisplay):
    def __init__(self, ballast: Ballast) -> None:
        super().__init__(Console(file=io.StringIO()))
        self._ballast = ballast

    def job_ends(self, outcome):
        self._ballast.remove()


@pytest.mark.parametrize("name", ENGINES)
def test_a_job_on_a_full_disk_is_recorded_and_the_rest_goes_on(name, small_disk):
    engine = make_engine(name)
    gate, train = planned(engine, "velox")
    other = train.model_copy(update={"seed": 1})
    ballast = Ballast(small_disk)
    store = RunStore.create(small_disk, "run")
    disturbed = DisturbedLauncher(engine, {train.job_id: Disturbance(during=ballast.fill)})

    results = run(disturbed, [gate, train, other], store, MakesRoom(ballast))

    failure = results[train.job_id].failure
    assert failure.cause.startswith("the disk is full; ")
    assert "free space" in failure.remedy
    assert store.read_result(train.job_id) == results[train.job_id]
    assert results[other.job_id].status == "ok"
    assert left_running(engine) == []


@pytest.mark.docker
def test_an_engine_that_restarts_costs_the_job_at_work_and_no_other(tmp_path):
    proxy = EngineProxy(tmp_path / "engine.sock")
    proxied = replace(answering_engine(), url=proxy.url)
    output_id = make_engine("docker").output_id
    engine = DockerLauncher(proxied, connected(proxy.url), default_root(), output_id)
    gate, train = planned(engine, "velox")
    other = train.model_copy(update={"seed": 1})

    def restart(_site) -> None:
        proxy.cut()
        for container in containers(engine.output_id):
            container.kill()
        threading.Timer(3.0, proxy.listen).start()

    disturbed = DisturbedLauncher(engine, {train.job_id: Disturbance(during=restart)})
    results = run(disturbed, [gate, train, other], RunStore.create(tmp_path, "run"))

    assert "its container was lost" in results[train.job_id].failure.cause
    assert results[other.job_id].status == "ok"
    assert left_running(engine) == []


@pytest.fixture(scope="module")
def stepping_clock(tmp_path_factory) -> Path:
    """A library that sets a program's wall clock back once it has said its first word."""
    library = tmp_path_factory.mktemp("clock") / "clock.so"
    source = Path(__file__).with_name("clock.c")
    subprocess.run(["cc", "-shared", "-fPIC", "-o", library, source], check=True)
    return library


class SteppedLocal(LocalLauncher):
    library: Path

    def _environment(self, job, contender):
        return super()._environment(job, contender) | {
            "LD_PRELOAD": str(self.library),
            "STEP_WHEN": "events.jsonl",
        }


class SteppedDocker(DockerLauncher):
    library: Path

    def start(self, job, contender, folder):
        shutil.copy(self.library, folder / "clock.so")
        return super().start(job, contender, folder)

    def _environment(self, job, contender):
        return super()._environment(job, contender) | {
            "LD_PRELOAD": "/out/clock.so",
            "STEP_WHEN": "/out/events.jsonl",
        }


@pytest.mark.parametrize("name", ENGINES)
def test_a_clock_that_is_set_back_changes_no_duration(name, stepping_clock, tmp_path):
    engine = make_engine(name)
    engine.__class__ = SteppedLocal if name == "local" else SteppedDocker
    engine.library = stepping_clock
    gate, train = planned(engine, "velox")
    store = RunStore.create(tmp_path, "run")
    began = time.monotonic()

    results = run(engine, [gate, train], store)

    took = time.monotonic() - began
    result = results[train.job_id]
    assert result.status == "ok"
    # It is the clock of this test that was set back, by more than the job took.
    assert (result.started - result.finished).total_seconds() > STEP_SECONDS / 2
    durations = (result.metrics.train_seconds, *result.metrics.predict_100_seconds)
    assert all(0 <= seconds < took for seconds in durations)
    lines = (store.job_folder(train.job_id) / "events.jsonl").read_bytes().splitlines()
    elapsed = [parse_event(line).elapsed_seconds for line in lines]
    assert elapsed == sorted(elapsed)
    assert elapsed[-1] < took
    entries = [entry for entry in store.journal.entries() if isinstance(entry, JobEntry)]
    assert all(0 < entry.seconds < took for entry in entries)
