"""Before a timed job is launched: waits until others leave its CPUs alone, but not for ever."""

import math
from collections.abc import Callable, Collection

from contract.base import TIMED_TASKS
from contract.disturbance import FOREIGN_CPU_SHARE_LIMIT
from contract.job import JobSpec
from contract.journal import QuietWait
from host.idle_time import NoCpuTimesError
from orchestrator.plan.resources import named_cpus
from orchestrator.run.context import RunContext, RunState
from orchestrator.run.display import label
from orchestrator.store.journal import now

Look = Callable[[Collection[int], float], float]
"""Watches CPUs for so many seconds; returns the share of their time that others took."""

QUIET_WAIT_SECONDS = 30.0
"""For one job: a package manager or an indexer is done by then; what is not may last for hours."""
_SHARE_OF_RUN = 0.05
"""Of what the run takes, as far as that is known: a machine that is never quiet costs minutes."""
_LEAST_OF_RUN_SECONDS = 2 * QUIET_WAIT_SECONDS
"""In a run that is short, or has just begun."""
_FIRST_LOOK_SECONDS = 0.25
"""Before every timed job; shorter, and the kernel's ticks of 10 ms would blur it."""
_LOOK_SECONDS = 1.0


def wait_for_quiet(job: JobSpec, look: Look, context: RunContext, state: RunState) -> None:
    """Return when others use no more of a timed job's CPUs than the limit, or waiting is over."""
    if job.task not in TIMED_TASKS or _left_seconds(state) <= 0:
        return
    try:
        if look(job.limits.cpus, _FIRST_LOOK_SECONDS) > FOREIGN_CPU_SHARE_LIMIT:
            _wait(job, look, context, state)
    except NoCpuTimesError as error:
        state.waited_seconds = math.inf
        context.display.say(f"whether others use the CPUs is unknown, so no job waits: {error}")


def _left_seconds(state: RunState) -> float:
    """Return how long the jobs of the run may still wait, all together."""
    most_seconds = max(_SHARE_OF_RUN * state.total_seconds(), _LEAST_OF_RUN_SECONDS)
    return most_seconds - state.waited_seconds


def _wait(job: JobSpec, look: Look, context: RunContext, state: RunState) -> None:
    cpus, say, started = job.limits.cpus, context.display.say, now()
    first = share = look(cpus, _LOOK_SECONDS)
    if share <= FOREIGN_CPU_SHARE_LIMIT:  # it was the end of the job before
        return
    say(f"{label(job)}: waiting for quiet: others use {_percent(share)} of {named_cpus(cpus)}")
    most_seconds = min(QUIET_WAIT_SECONDS, _left_seconds(state))
    waited_seconds = _LOOK_SECONDS
    while share > FOREIGN_CPU_SHARE_LIMIT and waited_seconds < most_seconds:
        share = look(cpus, _LOOK_SECONDS)
        waited_seconds += _LOOK_SECONDS
    waited = QuietWait(
        host=context.host,
        job_id=job.job_id,
        block=job.repeat,
        started=started,
        waited_seconds=waited_seconds,
        cpus=cpus,
        first_foreign_cpu_share=first,
        last_foreign_cpu_share=share,
        gave_up=share > FOREIGN_CPU_SHARE_LIMIT,
    )
    context.store.journal.add(waited)
    state.waited_seconds += waited_seconds
    if waited.gave_up:
        still = f"others still use {_percent(share)}; it starts all the same"
        say(f"{label(job)}: no quiet in {waited_seconds:.0f} s: {still}")
    if _left_seconds(state) <= 0:
        say(f"waited {state.waited_seconds:.0f} s for quiet in all: this run waits no more")
        state.waited_seconds = math.inf


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"
