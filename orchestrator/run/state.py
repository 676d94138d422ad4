"""What earlier jobs of a run leave to later ones: evidence of gates, and what jobs cost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from contract.job import JobSpec
from contract.result import Result
from orchestrator.plan.abilities import Gate, gate_of
from orchestrator.plan.estimate import Costs, Estimate
from orchestrator.run.outcome import JobOutcome
from orchestrator.run.setting import Setting


@dataclass
class RunState:
    """How far a run has come."""

    total: int
    """Jobs of the run."""
    ahead: dict[str, JobSpec]
    """Those that are still to be measured, by id."""
    costs: Costs
    gates: dict[Gate, Result] = field(default_factory=dict)
    results: list[Result] = field(default_factory=list)

    @classmethod
    def at_start(cls, jobs: Sequence[JobSpec], setting: Setting, costs: Costs) -> RunState:
        """Return the state of a run that begins or is resumed."""
        ahead = {
            job.job_id: job
            for job in jobs
            if job.job_id not in setting.exceeding and not setting.store.has_measured(job)
        }
        return cls(len(jobs), ahead, costs)

    @property
    def number(self) -> int:
        """Of the job that is next or at work, from 1."""
        return len(self.results) + 1

    def left(self) -> Estimate:
        """Return what the jobs ahead will cost."""
        return self.costs.left(self.ahead.values())

    def add(self, job: JobSpec, outcome: JobOutcome) -> None:
        """Take a job's outcome in."""
        if job.task == "verify":
            self.gates[gate_of(job)] = outcome.result
        if outcome.seconds is not None and outcome.result.status == "ok":
            self.costs.learn(job, outcome.seconds)
        self.ahead.pop(job.job_id, None)
        self.results.append(outcome.result)
