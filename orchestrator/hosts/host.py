"""What a run asks of a machine. How one of its processes is confined is the launcher's to say."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from itertools import groupby
from operator import attrgetter

from contract.job import JobSpec, Limits
from contract.result import Result
from orchestrator.plan.estimate import Costs
from orchestrator.run.context import RunContext, RunState
from orchestrator.run.steering import Goal, Steering


class Host(ABC):
    """A machine that runs blocks: all contenders of a block are measured on the same one."""

    name: str
    """In the journal."""

    @abstractmethod
    def identity(self) -> str:
        """Return what tells this machine from another; a result of another is never used again."""

    @abstractmethod
    def grant(self, cpus: int | None, threads: int | None, memory: str | None) -> Limits:
        """Return what each job gets; see `orchestrator.plan.resources.grant`."""

    @abstractmethod
    def explain(self, limits: Limits) -> str:
        """Return what each job gets, and what holds it to less than the machine has."""

    @abstractmethod
    def end_leftovers(self, output_id: str) -> int:
        """End what an earlier run left running for an output folder; return how many there were.

        Raises:
            PlumblineError: something would not end.
        """

    def run_all(
        self,
        context: RunContext,
        costs: Costs,
        goal: Goal | None = None,
        budget_seconds: float | None = None,
    ) -> list[Result]:
        """Run a plan, block by block; return the results in its order; raise as `run` does.

        A block is the jobs of one repeat, with the gates before it and what follows it once. What
        does not serve the goal is left out, and so is what the budget has no time for.
        """
        state = RunState(context, costs)
        steering = Steering(goal, budget_seconds, context, state)
        for _, block in groupby(context.jobs, key=attrgetter("repeat")):
            self.run(list(block), context, state, steering)
        steering.end()
        return state.results

    @abstractmethod
    def run(
        self, block: Sequence[JobSpec], context: RunContext, state: RunState, steering: Steering
    ) -> None:
        """Run those jobs of a block in order that are chosen, between two readings of the sentinel.

        Each result is on the disk, and in `state`, as soon as it is there. Whatever happens to one
        job, the next ones run.

        Raises:
            KeyboardInterrupt: after the running job was stopped; the run can be resumed.
            PlumblineError: the disk is full, or jobs cannot be started any more.
        """
