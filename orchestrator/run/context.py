"""What all jobs of a run have in common, and what earlier ones leave to later ones."""

import platform
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import version
from pathlib import Path

from contract.contender import ContenderInfo
from contract.job import JobSpec
from contract.journal import JobEntry
from contract.result import Failure, Result
from orchestrator.engines.launcher import Launcher
from orchestrator.plan.abilities import Gate, exceeds_abilities, gate_of
from orchestrator.plan.estimate import Costs, Estimate
from orchestrator.run.display import Display
from orchestrator.run.earlier import measured_before, proved_before, read_by_transfers
from orchestrator.run.given_data import GivenData
from orchestrator.run.outcome import JobOutcome
from orchestrator.store.cache_key import CacheKey, cache_key, reference_key
from orchestrator.store.earlier_runs import EarlierRuns, Measured
from orchestrator.store.proofs import ProofStore
from orchestrator.store.references import ReferenceStore
from orchestrator.store.source import shared_sha256
from orchestrator.store.store import RunStore


@dataclass(frozen=True)
class Conditions:
    """What results depend on beside their jobs."""

    launcher: Launcher
    contenders: Mapping[str, tuple[ContenderInfo, Path]]
    """Description and source folder by name."""
    data: GivenData
    machine: str
    """What tells the machine from another."""

    @cached_property
    def left_out(self) -> Mapping[str, Failure]:
        """The contenders, by name, that this machine cannot have, and why."""
        return self.launcher.left_out([info for info, _ in self.contenders.values()])

    def cannot_run(self, jobs: Sequence[JobSpec]) -> dict[str, Failure]:
        """Return the jobs, by id, that exceed their contender's abilities, or what is here."""
        here = {j.job_id: self.left_out[j.contender] for j in jobs if j.contender in self.left_out}
        return exceeds_abilities(self.contenders, jobs) | here

    def key(self, job: JobSpec, given: str = "") -> CacheKey:
        """Return the key of a job; `given` is a hash of what other jobs left for it."""
        info, folder = self.contenders[job.contender]
        if failure := self.left_out.get(info.name):
            software = {"left out": failure.cause}
        else:
            software = self.launcher.identity(info, folder, job.device)
        data = self.data.sha256.get(job.dataset, "")
        return cache_key(job, software, data, self.machine, given)

    def reference_key(self, job: JobSpec) -> CacheKey:
        """Return the key of what the reference computes for a gate."""
        software = {
            "python": platform.python_version(),
            "numpy": version("numpy"),
            "shared source": shared_sha256(),
        }
        data = self.data.sha256.get(job.dataset, "")
        return reference_key(job, software, data, self.machine)


@dataclass(frozen=True)
class RunContext(Conditions):
    """What the jobs of a run are run with."""

    jobs: Sequence[JobSpec]
    """All of them, in the order of the plan."""
    store: RunStore
    proofs: ProofStore
    references: ReferenceStore | None
    """None: each runner does the reference's work itself."""
    earlier: EarlierRuns
    host: str
    """Name of the machine, for the journal."""
    display: Display

    @cached_property
    def exceeding(self) -> Mapping[str, Failure]:
        """The jobs, by id, that cannot run here, and why."""
        return self.cannot_run(self.jobs)

    @cached_property
    def transferred(self) -> set[str]:
        """Ids of the training jobs whose weights a planned transfer reads."""
        return read_by_transfers(self.jobs)

    @cached_property
    def measured_before(self) -> Mapping[str, Measured]:
        """The timed jobs, by id, that an earlier run measured, before the first one runs."""
        jobs = [job for job in self.jobs if job.job_id not in self.exceeding]
        return measured_before(jobs, self.key, self.earlier, self.store)


class RunState:
    """How far a run has come: evidence of gates, and what jobs cost."""

    def __init__(self, context: RunContext, costs: Costs) -> None:
        self.results: list[Result] = []
        self.gates: dict[Gate, Result] = {}
        self.waited_seconds = 0.0
        """For others to leave the CPUs alone; infinite where the run waits no more."""
        self.again_seconds = 0.0
        """For measuring again what others disturbed."""
        self._began = time.monotonic() - _spent_before(context.store)
        self._spent_seconds = 0.0
        self._costs = costs
        self._planned = len(context.jobs)
        self._ahead = {
            job.job_id: job
            for job in context.jobs
            if job.job_id not in context.exceeding and not context.store.has_measured(job)
        }
        costs.cost_nothing(proved_before(self._ahead.values(), context.key, context.proofs))
        costs.cost_nothing(context.measured_before)

    def left(self) -> Estimate:
        """Return what the jobs that are still to be measured will cost."""
        return self._costs.left(self._ahead.values())

    def elapsed_seconds(self) -> float:
        """Return how long the run goes on; of one that was resumed, with its jobs before that."""
        return time.monotonic() - self._began

    def expected_seconds(self, jobs: Iterable[JobSpec]) -> float:
        """Return what jobs will cost, as far as something is known about them."""
        return self._costs.left(jobs).seconds

    def total_seconds(self) -> float:
        """Return what the jobs took so far, and those will that something is known about."""
        return self._spent_seconds + self.left().seconds

    def spare(self, jobs: Iterable[JobSpec]) -> None:
        """Note that jobs are not done."""
        for job in jobs:
            self._ahead.pop(job.job_id, None)
            self._planned -= 1

    def place(self, before: int = 0) -> tuple[int, int]:
        """Return the number of the next job, and of how many; `before`: others that go on now."""
        return len(self.results) + before + 1, self._planned

    def add(self, job: JobSpec, outcome: JobOutcome) -> None:
        """Take a job's outcome in."""
        if job.task == "verify":
            self.gates[gate_of(job)] = outcome.result
        if outcome.seconds is not None and outcome.result.status == "ok":
            self._costs.learn(job, outcome.seconds)
        self._spent_seconds += outcome.seconds or 0.0
        self._ahead.pop(job.job_id, None)
        self.results.append(outcome.result)


def _spent_before(store: RunStore) -> float:
    """Return what the jobs took that a run did before it was resumed."""
    entries = store.journal.entries()
    return sum(entry.seconds for entry in entries if isinstance(entry, JobEntry))
