"""Before a block of turns: whether there is memory for all of its contenders at once."""

from collections.abc import Iterable, Sequence

from contract.job import JobSpec
from contract.memory_size import readable_size
from contract.result import Result
from host.memory import free_memory_bytes


def why_memory_may_run_out(jobs: Sequence[JobSpec], results: Sequence[Result]) -> str:
    """Return what to say before jobs are alive at once; "" where nothing tells that it is too much.

    Args:
        jobs: Contenders of one workload.
        results: What the run has so far: a contender may need again what it took at most.
    """
    need_bytes = sum(_peak_memory_bytes(job, results) for job in jobs)
    free_bytes = free_memory_bytes()
    if need_bytes <= free_bytes:
        return ""
    return (
        f"memory may run out: {len(jobs)} contenders are alive at once, which took up to "
        f"{readable_size(need_bytes)} in all when each was alone, and {readable_size(free_bytes)} "
        "is free; if one is killed, close other programs or name fewer --contenders"
    )


def _peak_memory_bytes(job: JobSpec, results: Iterable[Result]) -> int:
    """Return the most that a contender took on a workload; 0 where that is unknown."""
    work = (job.study, job.workload, job.contender)
    peaks = [
        result.metrics.peak_memory_bytes
        for result in results
        if result.metrics and (result.job.study, result.job.workload, result.job.contender) == work
    ]
    return max(filter(None, peaks), default=0)
