"""What the sentinels say about the machine, in words."""

from collections.abc import Iterator

from contract.base import TIMED_ALONE
from contract.drift import DRIFT_PERCENT, STEAL_PERCENT, BlockDrift, Shift, judge_blocks
from report.run.records import Run
from report.vocabulary.numbers import listed


def drifted_blocks(run: Run) -> dict[int, str]:
    """Return the blocks in or between which the machine changed, with the figures."""
    return {
        drift.block: listed(list(_findings(drift)))
        for drift in judge_blocks(run.sentinels)
        if drift.drifted
    }


def unwatched_blocks(run: Run) -> list[int]:
    """Return the blocks that this run measured, turns apart, without a sentinel first and last."""
    watched = {drift.block for drift in judge_blocks(run.sentinels) if drift.within is not None}
    here = (job.identity for job in run.measuring_jobs if job.identity.job_id not in run.taken_over)
    timed = {identity.repeat for identity in here if identity.task in TIMED_ALONE}
    return sorted(timed - watched)


def _findings(drift: BlockDrift) -> Iterator[str]:
    if drift.within is not None and drift.within.drifted:
        yield f"{_figures(drift.within)} between its first and its last job"
    if drift.between is not None and drift.between.drifted:
        yield f"{_figures(drift.between)} from the run's middle block"
    if drift.steal_percent is not None and drift.steal_percent > STEAL_PERCENT:
        yield (
            f"{drift.steal_percent:.1f} % of its CPU time went to other guests of the hypervisor; "
            f"up to {STEAL_PERCENT:.0f} % are tolerated"
        )


def _figures(shift: Shift) -> str:
    return (
        f"the sentinel differs by {shift.percent:.0f} % ({1000 * shift.fast_seconds:.1f} and "
        f"{1000 * shift.slow_seconds:.1f} ms; up to {DRIFT_PERCENT:.0f} % and its own spread of "
        f"{shift.spread_percent:.0f} % are tolerated)"
    )
