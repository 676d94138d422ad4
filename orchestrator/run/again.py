"""Measures a timed job again where others disturbed it, within the run and within bounds."""

from collections.abc import Callable

from contract.job import JobSpec
from orchestrator.run.aside import put_aside_disturbed
from orchestrator.run.context import RunContext, RunState
from orchestrator.run.display import label
from orchestrator.run.line import run_job
from orchestrator.run.outcome import JobOutcome

_MOST_TIMES = 2
"""For one job: of jobs that are disturbed a third of the time, one in 27 is left."""
_SHARE_OF_RUN = 0.10
"""Of what the run takes, as far as that is known: on a machine that is never quiet, it would be
twice that much again."""
_LEAST_OF_RUN_SECONDS = 30.0
"""In a run that is short, or has just begun."""


def run_undisturbed(
    job: JobSpec, context: RunContext, state: RunState, before_launch: Callable[[JobSpec], None]
) -> JobOutcome:
    """Take a job all the way as `run_job` does; again where it was disturbed while it ran.

    A disturbed measurement is set aside before the next one. The last one stays in its place,
    disturbed or not: what it says of accuracy and memory counts.
    """
    outcome = run_job(job, context, state, before_launch)
    for _ in range(_MOST_TIMES):
        because = outcome.result.disturbed_because
        if outcome.seconds is None or not because:
            return outcome
        bound_seconds = max(_SHARE_OF_RUN * state.total_seconds(), _LEAST_OF_RUN_SECONDS)
        if state.again_seconds + outcome.seconds > bound_seconds:
            break
        state.again_seconds += outcome.seconds
        place = put_aside_disturbed(context.store, job, because)
        line = (
            f"disturbed: {because}; it is measured again, and the earlier result is kept in {place}"
        )
        context.display.say(f"{label(job)}: {line}")
        outcome = run_job(job, context, state, before_launch)
    if because := outcome.result.disturbed_because:
        context.display.say(f"{label(job)}: disturbed: {because}; its times count for no verdict")
    return outcome
