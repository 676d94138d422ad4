"""First two steps: what a job's result depends on; and whether it runs, is skipped, or has one.

It has one also where an earlier run proved or measured the same.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from contract.base import TIMED_TASKS
from contract.job import JobSpec
from contract.result import Failure, Result
from orchestrator.plan.abilities import Gate, gate_of
from orchestrator.run import weights
from orchestrator.run.context import RunContext
from orchestrator.store.cache_key import CacheKey
from orchestrator.store.earlier_runs import Measured
from orchestrator.store.proofs import Proof

Decision = Result | Proof | Measured | Failure | None
"""Of a job: its result where that is reused, the proof or the measurement that is taken over, the
reason where it is skipped, None where it runs."""


@dataclass(frozen=True)
class ResolvedJob:
    """A job of which nothing is left open."""

    spec: JobSpec
    """A transfer names only those sources that there are."""
    sources: weights.Sources
    key: CacheKey


def resolve(job: JobSpec, context: RunContext) -> ResolvedJob:
    """Return a planned job with its sources and its key."""
    sources = weights.find_sources(job, context.store)
    if sources:
        job = job.model_copy(update={"transfer_from": tuple(sources)})
    given = weights.sources_sha256(sources) if sources else ""
    return ResolvedJob(job, sources, context.key(job, given))


def decide(
    job: ResolvedJob, context: RunContext, gates: Mapping[Gate, Result]
) -> tuple[Decision, str]:
    """Return what becomes of a job, given the results of the gates so far; nothing is touched.

    Returns:
        The decision; and why what lies in its folder no longer counts, "" where nothing lies there,
        or it counts.
    """
    job_id = job.spec.job_id
    outdated = context.store.unreadable(job_id)
    earlier = None if outdated else context.store.read_result(job_id)
    if earlier is not None and earlier.status != "skipped":
        outdated = context.store.why_not_reusable(earlier, job.key)
        if not outdated:
            return earlier, ""
    decision = _obstacle(job, context, gates)
    if decision is not None:
        return decision, outdated
    if job.spec.task == "verify":
        return context.proofs.read(job.key), outdated
    if job.spec.task in TIMED_TASKS:
        return context.measured_before.get(job_id), outdated
    return context.earlier.measured(context.store, {job_id: job.key}).get(job_id), outdated


def _obstacle(
    job: ResolvedJob, context: RunContext, gates: Mapping[Gate, Result]
) -> Failure | None:
    """Return why a job cannot even start; None where it can."""
    spec = job.spec
    if spec.job_id in context.exceeding:
        return context.exceeding[spec.job_id]
    if spec.dataset in context.data.unavailable:
        return context.data.unavailable[spec.dataset]
    gate = gates.get(gate_of(spec))
    # What is said to mistakes compares no numbers: it needs no proof.
    if gate is not None and gate.equivalence is None and spec.task != "mistakes":
        cause = gate.failure.cause if gate.failure else "no evidence"
        return Failure(
            cause=f"its gate did not finish: {cause}",
            remedy="fix the verify job, then run again with --resume",
        )
    if spec.task == "transfer" and not job.sources:
        return Failure(
            cause=f"no training of {spec.workload} left weights to transfer",
            remedy="fix the train jobs, then run again with --resume",
        )
    return None
