"""Which jobs of a run need not be run, as an earlier run proved or measured the same."""

from collections.abc import Callable, Iterable, Sequence
from itertools import groupby

from contract.base import TIMED_TASKS
from contract.job import JobSpec
from orchestrator.plan.plan import source_of
from orchestrator.run import weights
from orchestrator.store.cache_key import CacheKey, key_sha256
from orchestrator.store.earlier_runs import EarlierRuns, Measured
from orchestrator.store.proofs import ProofStore
from orchestrator.store.store import RunStore

KeyOf = Callable[[JobSpec], CacheKey]


def proved_before(jobs: Iterable[JobSpec], key_of: KeyOf, proofs: ProofStore) -> set[str]:
    """Return the ids of the gates that need not be run: of an earlier run, or one before them."""
    found, proved = set(), set()
    for job in jobs:
        if job.task != "verify":
            continue
        key = key_of(job)
        digest = key_sha256(key)
        if digest in proved or proofs.read(key) is not None:
            found.add(job.job_id)
        proved.add(digest)
    return found


def measured_before(
    jobs: Sequence[JobSpec], key_of: KeyOf, earlier: EarlierRuns, own: RunStore | None
) -> dict[str, Measured]:
    """Return the timed jobs, by id, that need not be run, with what an earlier run measured.

    A workload's jobs of one block on one device are compared with each other, those that take turns
    apart from the others: they are taken over together, from one run, or measured together.

    Args:
        jobs: Those that can run, in the order of the plan.
        key_of: What a job's result depends on.
        earlier: The runs to look into.
        own: The run that the jobs are of; None where it has no folder yet.
    """
    found: dict[str, Measured] = {}
    read = read_by_transfers(jobs)
    timed = sorted((job for job in jobs if job.task in TIMED_TASKS), key=_compared)
    for _, group in groupby(timed, key=_compared):
        whole = earlier.measured(own, {job.job_id: key_of(job) for job in group})
        if all(weights.are_in(whole[job_id].folder) for job_id in read & whole.keys()):
            found |= whole
    return found


def read_by_transfers(jobs: Iterable[JobSpec]) -> set[str]:
    """Return the ids of the training jobs whose weights a planned transfer reads."""
    return {source_of(job, contender).job_id for job in jobs for contender in job.transfer_from}


def _compared(job: JobSpec) -> tuple[str, str, str, int, bool]:
    return job.study, job.workload, job.device, job.repeat, job.task == "turns"
