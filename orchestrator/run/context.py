"""What all jobs of a run have in common, and what earlier ones leave to later ones."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from contract.contender import ContenderInfo
from contract.job import JobSpec
from contract.result import Failure, Result
from orchestrator.engines.launcher import Launcher
from orchestrator.plan.abilities import Gate, exceeds_abilities, gate_of
from orchestrator.plan.estimate import Costs, Estimate
from orchestrator.plan.plan import source_of
from orchestrator.run.display import Display
from orchestrator.run.given_data import GivenData
from orchestrator.run.outcome import JobOutcome
from orchestrator.store.store import RunStore


@dataclass(frozen=True)
class RunContext:
    """What the jobs of a run are run with."""

    jobs: Sequence[JobSpec]
    """All of them, in the order of the plan."""
    launcher: Launcher
    store: RunStore
    contenders: Mapping[str, tuple[ContenderInfo, Path]]
    """Description and source folder by name."""
    data: GivenData
    host: str
    """Name of the machine, for the journal."""
    machine: str
    """What tells the machine from another, for the cache key."""
    display: Display

    @cached_property
    def exceeding(self) -> Mapping[str, Failure]:
        """The jobs, by id, that exceed their contender's abilities, and why."""
        return exceeds_abilities(self.contenders, self.jobs)

    @cached_property
    def transferred(self) -> set[str]:
        """Ids of the training jobs whose weights a planned transfer reads."""
        return {
            source_of(job, contender).job_id for job in self.jobs for contender in job.transfer_from
        }


class RunState:
    """How far a run has come: evidence of gates, and what jobs cost."""

    def __init__(self, context: RunContext, costs: Costs) -> None:
        self.results: list[Result] = []
        self.gates: dict[Gate, Result] = {}
        self._costs = costs
        self._ahead = {
            job.job_id: job
            for job in context.jobs
            if job.job_id not in context.exceeding and not context.store.has_measured(job)
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
