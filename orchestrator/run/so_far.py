"""How far a run has come, in sentences that stay true however much later they are read."""

from collections.abc import Sequence
from datetime import datetime

from contract.job import JobSpec
from orchestrator.plan.estimate import duration
from orchestrator.run.context import RunState
from orchestrator.run.display import label


def not_finished(moment: datetime, details: str = "") -> str:
    """Return what a page of a run says that had no end yet.

    Args:
        moment: When that was so, in the time zone of whoever reads it.
        details: What else is known of that moment, as part of a sentence.
    """
    known = f": {details}" if details else ""
    return (
        f"As of {moment:%H:%M %Z on} {moment.day} {moment:%B %Y} this run was not finished{known}. "
        "Reload the page for more. If no newer page comes for long, the run was interrupted: "
        "`plumbline run`, with the same options and `--resume`, continues it."
    )


def so_far(jobs: Sequence[JobSpec], state: RunState, budget_seconds: float | None) -> str:
    """Say what a run has done, what it does next, and how long it will take.

    Args:
        jobs: What starts now: a single job, or those of a block of turns.
        state: How far the run has come.
        budget_seconds: How long it may take; None: until all is done.
    """
    number, planned = state.place()
    return (
        f"{number - 1} of {planned} jobs were done, {_in_words(jobs)} came next, and "
        f"{_left(state, budget_seconds)} were left"
    )


def _in_words(jobs: Sequence[JobSpec]) -> str:
    first, *others = jobs
    if not others:
        return label(first)
    names = ", ".join(job.contender for job in jobs)
    return f"{first.task} {first.workload} #{first.repeat} of {names}"


def _left(state: RunState, budget_seconds: float | None) -> str:
    """Return what is left of the plan, or of the time that it may take."""
    left = state.left()
    if budget_seconds is not None:
        most_seconds = max(0.0, budget_seconds - state.elapsed_seconds())
        if left.unknown or left.seconds > most_seconds:
            return f"at most {duration(most_seconds)}"
    return str(left)
