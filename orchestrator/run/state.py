"""What earlier jobs of a run leave to later ones: evidence of gates, and what jobs cost."""

from __future__ import annotations

from contract.job import JobSpec
from contract.result import Result
from orchestrator.plan.abilities import Gate, gate_of
from orchestrator.plan.estimate import Costs, Estimate
from orchestrator.run.outcome import JobOutcome
from orchestrator.run.setting import Setting


class RunState:
    """How far a run has come."""

    def __init__(self, setting: Setting, costs: Costs) -> None:
        self.results: list[Result] = []
        self.gates: dict[Gate, Result] = {}
        self._costs = costs
        self._ahead = {
            job.job_id: job
            for job in setting.jobs
            if job.job_id not in setting.exceeding and not setting.store.has_measured(job)
        }

    def left(self) -> Estimate:
        """Return what the jobs that are still to be measured will cost."""
        return self._costs.left(self._ahead.values())

    def add(self, job: JobSpec, outcome: JobOutcome) -> None:
        """Take a job's outcome in."""
        if job.task == "verify":
            self.gates[gate_of(job)] = outcome.result
        if outcome.seconds is not None and outcome.result.status == "ok":
            self._costs.learn(job, outcome.seconds)
        self._ahead.pop(job.job_id, None)
        self.results.append(outcome.result)
