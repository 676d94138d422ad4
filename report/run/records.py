"""A run as the report sees it: what its files say, and what is wrong with them."""

from dataclasses import dataclass, field
from typing import Literal, get_args

from contract.base import TIMED_TASKS, Device
from contract.development import DevelopmentMetrics
from contract.event import Event, FailureEvent, PhaseEvent, ProgressEvent
from contract.job import JobIdentity, JobSpec
from contract.journal import QuietWait, SentinelReading, SetAside, TakenOver
from contract.result import Failure, Result
from contract.run import RunRecord
from contract.study import Study, Workload

Outcome = Literal["ok", "failed", "skipped", "unfinished", "not started"]


class ReportError(Exception):
    """There is nothing to report on; the message names cause and remedy."""


@dataclass(frozen=True)
class Problem:
    """A file of the run that could not be used."""

    where: str
    """Path inside the run's folder."""
    cause: str
    remedy: str


@dataclass(frozen=True)
class Job:
    """One job of the run, as far as it got."""

    identity: JobIdentity
    started: bool
    """Whether the job has a folder."""
    spec: JobSpec | None = None
    result: Result | None = None
    last_event: Event | None = None
    unusable_because: str = ""
    """What is wrong with the result that the job left; empty where nothing is, or none was left."""

    @property
    def outcome(self) -> Outcome:
        """The result's status, or how far a job without a result came."""
        if self.result is not None:
            return self.result.status
        return "unfinished" if self.started else "not started"

    @property
    def measured(self) -> bool:
        """Whether the job gave a measurement; a gate that was passed is none."""
        return self.outcome == "ok" and self.identity.task in TIMED_TASKS

    @property
    def failure(self) -> Failure | None:
        """Why there is no measurement; None for a job that is ok."""
        if self.result is not None:
            return self.result.failure
        remedy = "continue the run with `plumbline run --resume`"
        if self.unusable_because:
            cause = f"its result cannot be used: {self.unusable_because}"
            return Failure(cause=cause, remedy=remedy)
        if isinstance(self.last_event, FailureEvent):
            return Failure(cause=self.last_event.cause, remedy=self.last_event.remedy)
        return Failure(cause=f"no result: {self._how_far()}", remedy=remedy)

    @property
    def why_absent(self) -> str:
        """The outcome and its cause in words; empty for a job that is ok."""
        return f"{self.outcome}: {self.failure.cause}" if self.failure else ""

    def _how_far(self) -> str:
        if not self.started:
            return "the run ended before this job began"
        if isinstance(self.last_event, PhaseEvent | ProgressEvent):
            return f"the job stopped in phase {self.last_event.phase!r}"
        return "the job stopped without giving a reason"


@dataclass(frozen=True)
class Run:
    """Everything that was readable in a run's folder."""

    name: str
    """Name of the folder."""
    record: RunRecord | None
    """What the orchestrator wrote about the run; None where run.json is missing or invalid."""
    jobs: tuple[Job, ...]
    studies: dict[str, Study]
    development: dict[str, DevelopmentMetrics]
    """What it costs to work with a contender, by its name; those that were measured."""
    problems: tuple[Problem, ...]
    sentinels: dict[int, list[SentinelReading]] = field(default_factory=dict)
    """By block, those that count; none in runs of before there were any."""
    taken_over: dict[str, TakenOver] = field(default_factory=dict)
    """The results that an earlier job had, by job id."""
    disturbed_before: tuple[SetAside, ...] = ()
    """The measurements that others disturbed and that were made again."""
    quiet_waits: tuple[QuietWait, ...] = ()
    spared: dict[str, str] = field(default_factory=dict)
    """By id, why jobs of the plan were not done, where the run chose so; `jobs` has none of them.
    """

    @property
    def contenders(self) -> tuple[str, ...]:
        """The contenders of the run, in the order asked for; those of its jobs if not recorded."""
        if self.record is not None:
            return self.record.contenders
        return tuple(dict.fromkeys(job.identity.contender for job in self.jobs))

    @property
    def every_contender(self) -> tuple[str, ...]:
        """The contenders of the run, of its jobs and of its studies, in this order.

        A study's tables, statements and workloads name no other than its own (contract.study).
        """
        of_jobs = (job.identity.contender for job in self.jobs)
        compared = (name for study in self.studies.values() for name in study.contenders)
        return tuple(dict.fromkeys((*self.contenders, *of_jobs, *compared, *self.development)))

    @property
    def devices(self) -> tuple[Device, ...]:
        """The devices that its jobs used, or were to use, the CPU first."""
        found = {job.identity.device for job in self.jobs}
        if not found and self.record is not None:
            found.update(self.record.devices)
        return tuple(device for device in get_args(Device) if device in found)

    @property
    def measuring_jobs(self) -> tuple[Job, ...]:
        """The jobs that gave a measurement."""
        return tuple(job for job in self.jobs if job.measured)

    def workload(self, study: str, workload: str) -> Workload | None:
        """Return a workload as its study describes it; None where no study file does."""
        described = self.studies[study].workloads if study in self.studies else ()
        return next((found for found in described if found.id == workload), None)

    def omitted_because(self, study: str, workload: str) -> str:
        """Say why the run's profile does not run a workload; empty where it does."""
        described = self.workload(study, workload)
        if described is None or self.record is None:
            return ""
        change = described.scales.get(self.record.profile)
        return change.omitted_because if change else ""
