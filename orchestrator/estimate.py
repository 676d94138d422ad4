"""What a job will cost, learnt from earlier runs on this machine."""

from __future__ import annotations

from pathlib import Path
from statistics import median

from contract.job import JobSpec
from orchestrator.store import RunStore

_RUNS = 5
"""How many of the newest runs are asked."""


def estimate_seconds(job: JobSpec, output: Path) -> float | None:
    """Return the median time that the same work took in earlier runs; None where there was none."""
    runs = sorted((path.parent for path in output.glob("*/run.json")), reverse=True)[:_RUNS]
    seconds = [found for run in runs if (found := _seconds(job, RunStore(run))) is not None]
    return median(seconds) if seconds else None


def _seconds(job: JobSpec, store: RunStore) -> float | None:
    result = store.read_result(job.job_id)
    earlier = store.read_job(job.job_id)
    if result is None or result.status != "ok" or earlier is None or not _same_work(job, earlier):
        return None
    return (result.finished - result.started).total_seconds()


def _same_work(job: JobSpec, other: JobSpec) -> bool:
    ignored = {"data_dir": "", "seed": 0, "repeat": 1}
    return job.model_copy(update=ignored) == other.model_copy(update=ignored)
