"""What came of a job, and of a run, and which of it should not have come."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from contract.journal import TakenOver
from contract.result import Result
from contract.study import Study

GateKey = tuple[str, str]
"""Study and workload."""


@dataclass(frozen=True)
class JobOutcome:
    """What came of a job."""

    result: Result
    seconds: float | None = None
    """What it took; None where it did not run, now or at all."""


@dataclass(frozen=True)
class RunOutcome:
    """What came of a run."""

    folder: Path
    results: list[Result]
    must_fail: Mapping[GateKey, str]
    """The gates that must not be passed, and why: their workload shows a defect on purpose."""
    taken_over: Mapping[str, TakenOver]
    """The results of earlier jobs that stand for those of this run, by job id."""

    def gates(self, *, passed: bool, must_fail: bool) -> list[Result]:
        """Return the gates that were passed or not, and must fail or not."""
        return [
            result
            for result in self.results
            if result.job.task == "verify"
            and result.equivalence is not None
            and result.equivalence.passed == passed
            and (gate_key(result) in self.must_fail) == must_fail
        ]


def gate_key(result: Result) -> GateKey:
    """Return the study and the workload of a result."""
    return result.job.study, result.job.workload


def gates_that_must_fail(studies: Sequence[Study]) -> dict[GateKey, str]:
    """Return the gates that show a defect on purpose, with the reason."""
    return {
        (study.id, workload.id): workload.gate_fails_because
        for study in studies
        for workload in study.workloads
        if workload.gate_fails_because
    }
