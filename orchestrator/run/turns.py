"""Jobs that take turns go all the way together: a workload's contenders, block by block."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from contract.job import JobSpec, Limits
from contract.result import Failure, Result
from orchestrator.hosts.sentinel import SentinelTurns
from orchestrator.run.context import RunContext, RunState
from orchestrator.run.decide import Decision, ResolvedJob, decide, resolve
from orchestrator.run.line import settle
from orchestrator.run.memory_need import why_memory_may_run_out
from orchestrator.run.outcome import JobOutcome
from orchestrator.run.turns_block import TurnsBlock
from orchestrator.store.earlier_runs import Measured

_AGAIN = "its block of turns runs again"


def taken_together(jobs: Sequence[JobSpec]) -> Iterator[list[JobSpec]]:
    """Yield each job by itself, in order, but those of one block of turns together."""
    for _, group in groupby(jobs, key=_block_of):
        yield list(group)


def _block_of(job: JobSpec) -> tuple[str, ...]:
    if job.task != "turns":
        return (job.job_id,)
    return job.task, job.study, job.workload, job.device, str(job.repeat)


def run_turns(
    planned: Sequence[JobSpec],
    context: RunContext,
    state: RunState,
    before_launch: Callable[[JobSpec], None],
    sentinel_turns: Callable[[Limits], SentinelTurns],
) -> list[JobOutcome]:
    """Take the jobs of a block of turns all the way; return what came of each, in order.

    A block is used again only whole: samples are compared with those of the same minute. But where
    all that it lacks has failed before, that is tried first, and the others run again only if any
    of it gets ready. Whatever happens to one of the jobs becomes the result of that one.

    Args:
        planned: The jobs.
        context: What they are run with.
        state: How far the run has come.
        before_launch: Called once, where any of them really runs.
        sentinel_turns: Starts a sentinel that takes turns too.

    Raises:
        KeyboardInterrupt: after all of them were stopped.
        PlumblineError: the disk is full, or jobs cannot be started any more.
    """
    jobs = [resolve(job, context) for job in planned]
    decided = [_Decided(job, *decide(job, context, state.gates)) for job in jobs]
    lacking = [each.job for each in decided if each.decision is None]
    if lacking:
        before_launch(planned[0])
        alive = [each.job.spec for each in decided if each.can_run]
        if warning := why_memory_may_run_out(alive, state.results):
            context.display.say(f"turns {planned[0].workload} #{planned[0].repeat}: {warning}")
    block = TurnsBlock(planned[0], context, state)
    try:
        if all(_has_failed(job, context) for job in lacking):
            _take_in([each for each in decided if not each.has_result], block, context)
            kept = [each for each in decided if each.has_result]
            _take_in([each.anew() for each in kept] if block.taking_part else kept, block, context)
        else:
            _take_in([each.anew() for each in decided], block, context)
        block.run(sentinel_turns)
    finally:
        block.end()
    return [block.outcomes[job.job_id] for job in planned]


@dataclass(frozen=True)
class _Decided:
    """A job, and what `decide` said of it."""

    job: ResolvedJob
    decision: Decision
    outdated: str

    @property
    def can_run(self) -> bool:
        """Whether it runs if its block does."""
        return not isinstance(self.decision, Failure)

    @property
    def has_result(self) -> bool:
        """Whether it need not run, unless its block does."""
        return isinstance(self.decision, Result | Measured)

    def anew(self) -> "_Decided":
        """Return it as one that runs, as its block does."""
        if not self.has_result:
            return self
        because = _AGAIN if isinstance(self.decision, Result) else self.outdated
        return _Decided(self.job, None, because)


def _has_failed(job: ResolvedJob, context: RunContext) -> bool:
    """Whether a job ran in this run before, and failed."""
    earlier = context.store.read_result(job.spec.job_id)
    return earlier is not None and earlier.status == "failed"


def _take_in(decided: Sequence[_Decided], block: TurnsBlock, context: RunContext) -> None:
    """Give a block the results of those that do not run; start the others, and get them ready."""
    for each in decided:
        result = settle(each.job, each.decision, each.outdated, context)
        block.take_in(each.job, result)
    block.make_ready()
