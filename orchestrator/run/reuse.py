"""Whether the result of an earlier start of a run still stands."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from contract.base import TIMED_TASKS
from contract.drift import judge_blocks, readings_by_block
from contract.job import JobSpec
from contract.journal import SetAside
from contract.names import ASIDE_FOLDER
from contract.result import Result
from orchestrator.run import weights
from orchestrator.run.display import label
from orchestrator.store.cache_key import CacheKey, changed_parts
from orchestrator.store.journal import now
from orchestrator.store.store import RunStore

_DRIFT = "the machine changed meanwhile"


def still_good(
    store: RunStore, job: JobSpec, key: CacheKey, say: Callable[[str], None]
) -> Result | None:
    """Return a job's result if all that it depends on is as it was.

    Any other measurement is set aside with the reason, and None returned: a failure is never used
    again, nor is a result of anything else.
    """
    earlier = store.read_result(job.job_id)
    if earlier is None or earlier.status == "skipped":
        return None
    why = _why_not(earlier, store.read_key(job.job_id), key)
    if why:
        place = put_aside(store, job, why)
        say(f"{label(job)}: runs again: {why}; what it gave before is kept in {place}")
        return None
    return earlier


def put_aside(store: RunStore, job: JobSpec, because: str) -> str:
    """Move a job's files where they do not count, without its weights; return the place."""
    folder = store.set_aside(job.job_id)
    weights.let_go(folder)
    place = folder.relative_to(store.folder).as_posix()
    store.journal.add(
        SetAside(time=now(), job_id=job.job_id, block=job.repeat, because=because, place=place)
    )
    return place


def put_drifted_aside(store: RunStore, jobs: Iterable[JobSpec], say: Callable[[str], None]) -> None:
    """Set aside what was measured in blocks in which the machine changed: they run again."""
    drifts = judge_blocks(readings_by_block(store.journal.entries()))
    drifted = [drift.block for drift in drifts if drift.drifted]
    for job in jobs:
        measured = job.task in TIMED_TASKS and store.has_measured(job)
        if measured and job.repeat in drifted:
            put_aside(store, job, _DRIFT)
    for block in drifted:
        store.journal.add(SetAside(time=now(), block=block, because=_DRIFT))
        say(f"block {block} runs again: {_DRIFT}; what it gave before is kept in {ASIDE_FOLDER}/")
    if not drifted:
        say("no block drifted: nothing of it runs again")


def _why_not(earlier: Result, stored: CacheKey | None, key: CacheKey) -> str:
    """Return why a result must not be used again; "" where it may."""
    if earlier.status == "failed":
        return "it failed"
    if stored is None:
        return "nothing says on what its result depends"
    changed = changed_parts(stored, key)
    return f"{', '.join(changed)} changed" if changed else ""
