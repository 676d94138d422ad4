"""Whether the result of an earlier start of a run still stands."""

from __future__ import annotations

from collections.abc import Callable

from contract.job import JobSpec
from contract.journal import SetAside
from contract.result import Result
from orchestrator import weights
from orchestrator.cache_key import CacheKey, changed_parts
from orchestrator.journal import now
from orchestrator.progress import label
from orchestrator.store import RunStore


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


def _why_not(earlier: Result, stored: CacheKey | None, key: CacheKey) -> str:
    """Return why a result must not be used again; "" where it may."""
    if earlier.status == "failed":
        return "it failed"
    if stored is None:
        return "nothing says on what its result depends"
    changed = changed_parts(stored, key)
    return f"{', '.join(changed)} changed" if changed else ""
