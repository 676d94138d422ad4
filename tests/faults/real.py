"""Real jobs of real contenders on real engines, disturbed from outside."""

from __future__ import annotations

import io
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from docker import DockerClient
from rich.console import Console

from contract.base import Task
from contract.contender import discover_contenders
from contract.job import JobSpec, Limits
from contract.names import JOB_NAME, PROOFS_FOLDER
from contract.study import load_studies
from data.fetch import fetch
from data.places import default_root
from orchestrator.engines.docker.engine import answering_engine, connected
from orchestrator.engines.docker.launcher import JOB_LABEL, DockerLauncher
from orchestrator.engines.launcher import Launcher, Process
from orchestrator.engines.leftovers import OUTPUT_LABEL, marked_processes
from orchestrator.engines.local.launcher import LocalLauncher
from orchestrator.hosts.this_machine import ThisMachine
from orchestrator.places import RUNNERS_DIR
from orchestrator.plan.estimate import Costs
from orchestrator.plan.plan import plan_jobs
from orchestrator.plan.request import Request
from orchestrator.run.context import RunContext
from orchestrator.run.given_data import GivenData
from orchestrator.store.earlier_runs import EarlierRuns
from orchestrator.store.proofs import ProofStore
from orchestrator.store.source import read_source
from orchestrator.store.store import RunStore
from orchestrator.terminal.progress import PlainDisplay
from tests.faults.plumbline import STUDIES_DIR

CONTENDERS = discover_contenders(RUNNERS_DIR)
GIB = 2**30


def nothing(_site: Site) -> None:
    """Leave the job alone."""


@dataclass(frozen=True)
class Site:
    """A job at work, for those who disturb it."""

    engine: Launcher
    folder: Path


Act = Callable[[Site], None]


@dataclass(frozen=True)
class Disturbance:
    """What befalls a job."""

    during: Act = nothing
    """Once, when the runner has said its first word."""
    after: Act = nothing
    """When it has ended, before its result is judged."""
    memory_bytes: int = 2 * GIB
    timeout_seconds: float = 300.0


class DisturbedLauncher(Launcher):
    """A real engine, whose jobs are disturbed by id."""

    def __init__(self, engine: Launcher, disturbances: Mapping[str, Disturbance]) -> None:
        self.name, self.version, self.output_id = engine.name, engine.version, engine.output_id
        self._engine = engine
        self._disturbances = disturbances

    def check(self, contenders, device):
        self._engine.check(contenders, device)

    def identity(self, contender, folder, device):
        return self._engine.identity(contender, folder, device)

    def inventory(self, contender, device):
        return self._engine.inventory(contender, device)

    def data_dir(self, root):
        return self._engine.data_dir(root)

    def start(self, job, contender, folder):
        disturbance = self._disturbances.get(job.job_id, Disturbance())
        process = self._engine.start(job, contender, folder)
        return DisturbedProcess(process, disturbance, Site(self._engine, folder))


class DisturbedProcess(Process):
    def __init__(self, process: Process, disturbance: Disturbance, site: Site) -> None:
        self._process = process
        self._site = site
        self._during = disturbance.during
        self._after = disturbance.after

    def wait(self, seconds):
        events = self._site.folder / "events.jsonl"
        if events.is_file() and events.stat().st_size > 0:
            during, self._during = self._during, nothing
            during(self._site)
        return self._process.wait(min(seconds, 0.05))

    def freeze(self):
        self._process.freeze()

    def thaw(self):
        self._process.thaw()

    def kill(self):
        self._process.kill()

    def close(self):
        self._after(self._site)
        return self._process.close()


def make_engine(name: str) -> Launcher:
    output_id = uuid.uuid4().hex
    fetch("petrol-consumption", default_root())
    infos = [info for info, _ in CONTENDERS.values() if info.name in ("pytorch", "velox")]
    engine: Launcher = LocalLauncher(read_source(), output_id)
    if name == "docker":
        engine = DockerLauncher.connect(default_root(), output_id)
        engine_client()  # now: while a short job is at work it would take too long to find
    engine.check(infos, "cpu")
    return engine


@cache
def engine_client() -> DockerClient:
    """Return a client of this machine's engine."""
    return connected(answering_engine().url)


def planned(engine: Launcher, contender: str) -> tuple[JobSpec, JobSpec]:
    """Return a contender's gate and its first training of the smallest study."""
    gate, train, *_ = _plan(engine, (contender,), "train")
    return gate, train


def planned_turns(engine: Launcher) -> tuple[list[JobSpec], list[JobSpec]]:
    """Return the gates and the jobs of a block of turns of the smallest study."""
    gate, other_gate, *turns = _plan(engine, ("pytorch", "velox"), "turns")
    return [gate, other_gate], turns


def _plan(engine: Launcher, contenders: tuple[str, ...], task: Task) -> list[JobSpec]:
    request = Request(
        studies=tuple(load_studies(STUDIES_DIR).values()),
        profile="smoke",
        contenders=contenders,
        devices=("cpu",),
        seed=0,
        repeats=1,
        protocols=("matched",),
    )
    limits = Limits(cpus=(0,), threads=1, memory_bytes=2 * GIB, timeout_seconds=300)
    return plan_jobs(request, limits, engine.data_dir(default_root()), ("verify", task))


def run(engine: Launcher, jobs: list[JobSpec], store: RunStore, display=None):
    """Run jobs; return their results by job id."""
    display = display or PlainDisplay(Console(file=io.StringIO()))
    host = ThisMachine()
    conditions = (engine, CONTENDERS, GivenData(), host.identity())
    proofs = ProofStore(store.folder.parent / PROOFS_FOLDER)
    kept = (proofs, None, EarlierRuns(store.folder.parent, fresh=True))
    context = RunContext(*conditions, jobs, store, *kept, host.name, display)
    results = host.run_all(context, Costs())
    return {result.job.job_id: result for result in results}


def runner_pids(site: Site) -> list[int]:
    """Return the host's numbers of the job's processes that are its runner."""
    output_id, job_id = site.engine.output_id, site.folder.name
    if site.engine.name == "docker":
        mine = [found for found in containers(output_id) if found.labels[JOB_LABEL] == job_id]
        return [container.attrs["State"]["Pid"] for container in mine]
    job = str(site.folder / JOB_NAME)
    return [
        process.pid
        for process in marked_processes(output_id)
        if "runners.harness" in process.cmdline() and job in process.cmdline()
    ]


def containers(output_id: str, *, all_of_them: bool = False):
    """Return the containers of an output folder."""
    label = f"{OUTPUT_LABEL}={output_id}"
    return engine_client().containers.list(all=all_of_them, filters={"label": label})


def left_running(engine: Launcher) -> list[object]:
    """Return what an engine has not ended or not removed."""
    found: list[object] = list(marked_processes(engine.output_id))
    if engine.name == "docker":
        found += containers(engine.output_id, all_of_them=True)
    return found
