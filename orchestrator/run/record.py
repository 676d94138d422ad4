"""Last step: puts into the store and the journal what came of a job."""

from __future__ import annotations

from datetime import datetime

from contract.base import TIMED_TASKS
from contract.journal import JobEntry
from contract.result import Failure, Result
from orchestrator.run.resolve import ResolvedJob
from orchestrator.run.setting import Setting


def record(
    job: ResolvedJob,
    judged: Result | Failure,
    started: datetime,
    seconds: float,
    setting: Setting,
) -> Result:
    """Record what a job found, or why it found nothing; return its result."""
    store = setting.store
    if isinstance(judged, Failure):
        result = store.write_outcome(job.spec, "failed", judged)
    else:
        result = judged
    if result.status == "ok":
        store.accept(job.spec, job.key)
    store.journal.add(
        JobEntry(
            host=setting.host,
            job_id=job.spec.job_id,
            block=job.spec.repeat if job.spec.task in TIMED_TASKS else None,
            started=started,
            seconds=seconds,
            status=result.status,
        )
    )
    return result


def record_skipped(job: ResolvedJob, reason: Failure, setting: Setting) -> Result:
    """Record a job that did not run; return its result."""
    setting.store.prepare(job.spec, None)
    return setting.store.write_outcome(job.spec, "skipped", reason)
