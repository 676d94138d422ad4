"""Joins the jobs of a run into measurements: one sample per repeat, or the reason for none."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from statistics import median
from typing import Literal, get_args

from contract.base import Device, Protocol, Task
from contract.result import Equivalence, Result
from report.presentation import DEVICE_TITLES, PROTOCOL_TITLES, TASK_TITLES
from report.records import Job, Run
from report.statistics import Summary, summarise

GateStatus = Literal["passed", "failed", "unproven", "not required"]


@dataclass(frozen=True)
class Setting:
    """What is repeated: everything that identifies a job but seed and repeat."""

    study: str
    workload: str
    contender: str
    protocol: Protocol
    device: Device
    task: Task


def setting_of(job: Job) -> Setting:
    """Return the setting that a job repeats."""
    which = job.identity
    return Setting(
        which.study, which.workload, which.contender, which.protocol, which.device, which.task
    )


@dataclass(frozen=True)
class Measurement:
    """A metric of one setting over the repeats, in the contract's unit unless scaled."""

    samples: tuple[float, ...]
    """One per repeat; where a job timed many calls, their median."""
    raw: tuple[tuple[float, ...], ...]
    """Every number that was measured, by repeat."""
    missing: str
    """Why there is no sample; empty where there is one."""

    @property
    def summary(self) -> Summary | None:
        """The samples in brief; None where there is none."""
        return summarise(self.samples) if self.samples else None

    def scaled(self, factor: float) -> Measurement:
        """Return the measurement in another unit."""
        return replace(
            self,
            samples=tuple(sample * factor for sample in self.samples),
            raw=tuple(tuple(value * factor for value in values) for values in self.raw),
        )


class Measurements:
    """Answers what a run measured."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._jobs: dict[Setting, list[Job]] = {}
        for job in run.jobs:
            self._jobs.setdefault(setting_of(job), []).append(job)

    def jobs(self, setting: Setting) -> list[Job]:
        """Return the repeats of a setting, in the order of execution."""
        return self._jobs.get(setting, [])

    def results(self, setting: Setting) -> list[Result]:
        """Return the results of a setting that are ok."""
        found = (job.result for job in self.jobs(setting))
        return [result for result in found if result is not None and result.status == "ok"]

    def protocols(self, study: str, workload: str) -> tuple[Protocol, ...]:
        """Return the protocols that jobs of a workload followed; `matched` where there is none."""
        found = {
            setting.protocol
            for setting in self._jobs
            if (setting.study, setting.workload) == (study, workload)
        }
        return tuple(protocol for protocol in PROTOCOL_TITLES if protocol in found) or ("matched",)

    def of(self, setting: Setting, metric: str) -> Measurement:
        """Return a metric of a setting, or why it is missing."""
        raw = tuple(
            values for result in self.results(setting) if (values := _values(result, metric))
        )
        samples = tuple(median(values) for values in raw)
        return Measurement(samples, raw, "" if samples else self._why_missing(setting, metric))

    def by_block(self, setting: Setting, metric: str) -> dict[int, float]:
        """Return a metric's sample by the number of its block."""
        return {
            result.job.repeat: median(values)
            for result in self.results(setting)
            if (values := _values(result, metric))
        }

    def test_samples(self, setting: Setting) -> int | None:
        """Return how many images accuracies were measured on; None where nothing tells."""
        matrices = [result.confusion_matrix for result in self.results(setting)]
        return min((sum(map(sum, matrix)) for matrix in matrices if matrix), default=None)

    def equivalences(self, setting: Setting) -> list[Equivalence]:
        """Return the evidence of a contender from jobs of any task."""
        return [
            job.result.equivalence
            for task in get_args(Task)
            for job in self.jobs(replace(setting, task=task))
            if job.result is not None and job.result.equivalence is not None
        ]

    def gate(self, setting: Setting) -> GateStatus:
        """Tell whether a contender may be compared: in a matched run only if it proved equal."""
        evidence = self.equivalences(setting)
        if evidence:
            return "passed" if all(proof.passed for proof in evidence) else "failed"
        return "unproven" if setting.protocol == "matched" else "not required"

    def _why_missing(self, setting: Setting, metric: str) -> str:
        jobs = self.jobs(setting)
        reasons = [*_unmeasured(jobs, metric), *_failures(jobs)]
        return reasons[0] if reasons else self._why_absent(setting)

    def _why_absent(self, setting: Setting) -> str:
        """Say which part of a setting the run did not have."""
        record = self._run.record
        if setting.contender not in self._run.contenders:
            return "contender not part of this run"
        if record is not None and record.device != setting.device:
            ran = DEVICE_TITLES[record.device]
            return f"this run used the {ran}, not a {DEVICE_TITLES[setting.device]}"
        return f"no {TASK_TITLES[setting.task]} job in this run"


def _values(result: Result, metric: str) -> tuple[float, ...]:
    value = getattr(result.metrics, metric, None)
    if value is None:
        return ()
    return tuple(float(item) for item in value) if isinstance(value, tuple) else (float(value),)


def _unmeasured(jobs: list[Job], metric: str) -> Iterator[str]:
    for job in jobs:
        if job.result is not None and job.result.metrics is not None:
            reason = job.result.metrics.unmeasured.get(metric)
            if reason:
                yield reason


def _failures(jobs: list[Job]) -> Iterator[str]:
    for job in jobs:
        if job.failure is not None:
            yield f"{job.outcome}: {job.failure.cause}"
