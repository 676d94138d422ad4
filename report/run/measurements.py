"""Joins the jobs of a run into measurements: one sample per repeat, or the reason for none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal, get_args

from contract.base import TIMED_TASKS, Device, Protocol, Task
from contract.chance import why_no_quality
from contract.evidence import Equivalence
from contract.metric import metrics_of
from contract.metrics import Metrics
from contract.result import Result
from report.run.agreement import BlockLosses, block_losses
from report.run.derived import values_of
from report.run.disturbed import depends_on_quiet, undisturbed
from report.run.measurement import Measurement, pairs
from report.run.records import Job, Run
from report.run.scale import OF_A_CALL, trained_less
from report.run.turns import block_pairs, block_value, has_rounds
from report.statistics.paired import Pair
from report.vocabulary.presentation import (
    DEVICE_TITLES,
    PROTOCOL_NAMES,
    PROTOCOL_TITLES,
    TASK_TITLES,
)

ACCURACIES = frozenset(
    name for name, metric in metrics_of(Metrics).items() if metric.of_test_samples
)
"""Metrics that are shares of the test samples, with the error that their number leaves."""
QUALITIES = ACCURACIES | {"test_loss"}
"""Metrics that say how much a network learned."""

GateStatus = Literal["passed", "failed", "disagreed", "unproven", "not required"]
"""disagreed: the gate was passed, but the training loss is not that of the others."""
INCOMPARABLE: Mapping[GateStatus, str] = {
    "failed": "its equivalence gate failed",
    "disagreed": "its training loss disagrees with that of the others",
    "unproven": "this run has no evidence of its equivalence",
}
"""Why a contender is not compared, wins nothing and has no rank; those without a reason are."""


@dataclass(frozen=True)
class Setting:
    """What is repeated: everything that identifies a job but seed and repeat."""

    study: str
    workload: str
    contender: str
    protocol: Protocol
    device: Device
    task: Task


_Place = tuple[str, str, str, Device]
"""Study, workload, contender and device: what a contender's evidence is about."""


def _place(setting: Setting) -> _Place:
    return setting.study, setting.workload, setting.contender, setting.device


def setting_of(job: Job) -> Setting:
    """Return the setting that a job repeats."""
    which = job.identity
    return Setting(
        which.study, which.workload, which.contender, which.protocol, which.device, which.task
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
        """Return the protocols that a workload was measured under; `matched` where under none."""
        found = [protocol for protocol in PROTOCOL_TITLES if self.ran(study, workload, protocol)]
        return tuple(found) or ("matched",)

    def of(self, setting: Setting, metric: str) -> Measurement:
        """Return a metric of a setting, or why it is missing; no times of disturbed jobs."""
        results = self.results(setting)
        found = {
            result.job.repeat: values
            for result in (undisturbed(results) if depends_on_quiet(metric) else results)
            if (values := values_of(result, metric))
        }
        samples = tuple(block_value(metric, values) for values in found.values())
        missing = "" if samples else self.unmeasured(setting, metric) or self.why_absent(setting)
        return Measurement(samples, tuple(found.values()), tuple(found), missing)

    def pairs(self, first: Setting, second: Setting, metric: str) -> list[Pair]:
        """Return what both have of a metric in the same blocks; in turns, in the same rounds."""
        if has_rounds(metric):
            return block_pairs(self.results(first), self.results(second), metric)
        return pairs(self.of(first, metric), self.of(second, metric))

    def ran(self, study: str, workload: str, protocol: Protocol) -> bool:
        """Tell whether any job that measures a workload followed a protocol."""
        key = (study, workload, protocol)
        return any(
            (s.study, s.workload, s.protocol) == key and s.task in TIMED_TASKS for s in self._jobs
        )

    def test_samples(self, setting: Setting) -> int | None:
        """Return how many images accuracies were measured on; None where nothing tells."""
        matrices = [result.confusion_matrix for result in self.results(setting)]
        counts = (sum(map(sum, matrix)) for matrix in matrices if matrix)
        return min(filter(None, counts), default=None)

    def why_incomparable(self, setting: Setting, metric: str) -> str:
        """Say why a metric of a setting is not compared, wins nothing and has no rank.

        Empty where it is: its network is the study's, and a quality is one that was learned.
        """
        return INCOMPARABLE.get(self.gate(setting), "") or self.why_no_quality(setting, metric)

    def why_no_quality(self, setting: Setting, metric: str) -> str:
        """Say why a metric of most jobs of a setting does not show what was learned.

        Empty where it does, and where it is another metric.
        """
        if metric not in QUALITIES or self._fails_on_purpose(setting):
            return ""
        reasons = [why_no_quality(result) for result in self.results(setting)]
        doubts = [reason for reason in reasons if reason]
        return doubts[0] if 2 * len(doubts) > len(reasons) else ""

    def trained_less(self, setting: Setting, metric: str) -> str:
        """Say how much less than the study was trained; empty where no metric depends on it."""
        depends = setting.task == "train" and metric not in OF_A_CALL
        return trained_less(self._run, setting.study, setting.workload) if depends else ""

    def equivalences(self, setting: Setting) -> list[Equivalence]:
        """Return the evidence of a contender, from matched jobs of any task.

        A contender's own defaults have no reference to be equal to; the proof that it computes the
        study's network at all stands before them too.
        """
        return [
            job.result.equivalence
            for task in get_args(Task)
            for job in self.jobs(replace(setting, task=task, protocol="matched"))
            if job.result is not None and job.result.equivalence is not None
        ]

    def gate(self, setting: Setting) -> GateStatus:
        """Tell whether a contender may be compared: a matched one only if it proved equal."""
        status = self._proof(setting)
        return "disagreed" if status == "passed" and _place(setting) in self._outliers else status

    @cached_property
    def disagreements(self) -> tuple[BlockLosses, ...]:
        """The blocks in which contenders that passed the gate disagree on the first epoch."""
        passed = (
            job
            for setting, jobs in self._jobs.items()
            if self._proof(setting) == "passed"
            for job in jobs
            if job.outcome == "ok"
        )
        return tuple(found for found in block_losses(self._run, passed) if not found.agree)

    def why_not_ranked(self, contender: str) -> str:
        """Say why a contender wins nothing that is not of one workload; empty where it may win.

        It has to have measured something, and to be proved somewhere. One that fails in any
        workload, but for those that are meant to fail, is not yet right.
        """
        own = [setting for setting in self._jobs if setting.contender == contender]
        if not any(setting.task in TIMED_TASKS and self.results(setting) for setting in own):
            return "none of its jobs gave a measurement"
        statuses = {self.gate(setting) for setting in own if not self._fails_on_purpose(setting)}
        for status in ("failed", "disagreed"):
            if status in statuses:
                return INCOMPARABLE[status]
        return INCOMPARABLE["unproven"] if statuses - {"not required"} == {"unproven"} else ""

    def _fails_on_purpose(self, setting: Setting) -> bool:
        workload = self._run.workload(setting.study, setting.workload)
        return workload is not None and bool(workload.gate_fails_because)

    @cached_property
    def _outliers(self) -> frozenset[_Place]:
        return frozenset(
            (found.study, found.workload, name, found.device)
            for found in self.disagreements
            for name in found.outliers
        )

    def _proof(self, setting: Setting) -> GateStatus:
        evidence = self.equivalences(setting)
        if evidence:
            return "passed" if all(proof.passed for proof in evidence) else "failed"
        return "unproven" if setting.protocol == "matched" else "not required"

    def unmeasured(self, setting: Setting, metric: str) -> str:
        """Return the first reason that a job of a setting gives for a hole; empty without any."""
        results = (job.result for job in self.jobs(setting) if job.result is not None)
        reasons = (record.unmeasured.get(metric) for found in results for record in found.measured)
        return next(filter(None, reasons), "")

    def why_absent(self, setting: Setting) -> str:
        """Say why no job of a setting gave a result that counts.

        How one failed, what disturbed one, or what the run lacked.
        """
        failures = (job.why_absent for job in self.jobs(setting))
        disturbed = (
            f"disturbed: {result.disturbed_because}"
            for result in self.results(setting)
            if result.disturbed_because
        )
        return next(filter(None, (*failures, *disturbed)), "") or self._why_not_run(setting)

    def _why_not_run(self, setting: Setting) -> str:
        """Say which part of a setting the run did not have."""
        record = self._run.record
        if setting.contender not in self._run.contenders:
            return "the contender is not part of this run"
        workload = self._run.workload(setting.study, setting.workload)
        if workload and workload.contenders and setting.contender not in workload.contenders:
            return "the study's file names other contenders for this workload"
        if omitted := self._run.omitted_because(setting.study, setting.workload):
            return omitted
        if record is not None and setting.device not in record.devices:
            used = DEVICE_TITLES[record.devices[0]]
            return f"this run used the {used}, not a {DEVICE_TITLES[setting.device]}"
        if not self.ran(setting.study, setting.workload, setting.protocol):
            return f"this run did not follow the protocol “{PROTOCOL_NAMES[setting.protocol]}”"
        return f"no {TASK_TITLES[setting.task]} job in this run"
