"""The way of a job: resolve, decide, launch, follow, judge, record; each step hands a value on."""

import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from contract.base import TIMED_ALONE
from contract.job import JobSpec
from contract.journal import JobEntry, TakenOver
from contract.names import EVENTS_NAME
from contract.result import Failure, Result
from orchestrator.plan.abilities import gate_of
from orchestrator.plan.resources import check_disk
from orchestrator.run import weights
from orchestrator.run.aside import put_aside
from orchestrator.run.context import RunContext, RunState
from orchestrator.run.decide import Decision, ResolvedJob, decide, resolve
from orchestrator.run.display import label
from orchestrator.run.follow import EventTail, follow
from orchestrator.run.judge import judge
from orchestrator.run.outcome import JobOutcome
from orchestrator.run.reference import give_reference
from orchestrator.store.earlier_runs import Measured
from orchestrator.store.journal import now
from orchestrator.store.proofs import Proof


def run_job(
    planned: JobSpec, context: RunContext, state: RunState, before_launch: Callable[[JobSpec], None]
) -> JobOutcome:
    """Take a job all the way, and through `before_launch` only where it really runs.

    Whatever happens to the job becomes its result.

    Raises:
        KeyboardInterrupt: after the job was stopped.
        PlumblineError: the disk is full, or jobs cannot be started any more.
    """
    job = resolve(planned, context)
    decision, outdated = decide(job, context, state.gates)
    result = settle(job, decision, outdated, context)
    if result is not None:
        outcome = JobOutcome(result)
    else:
        before_launch(planned)
        outcome = _run(job, context, state)
    if planned.job_id not in context.transferred:
        weights.discard(context.store.job_folder(planned.job_id))
    return outcome


def settle(
    job: ResolvedJob, decision: Decision, outdated: str, context: RunContext
) -> Result | None:
    """Put aside what no longer counts; return the result of a job that does not run, else None."""
    spec, store = job.spec, context.store
    if outdated:
        place = put_aside(store, spec, outdated)
        line = f"{outdated}; the earlier result is kept in {place}"
        context.display.say(f"{label(spec)}: {line}")
    if isinstance(decision, Failure):
        store.prepare(spec, None)
        return store.write_outcome(spec, "skipped", decision)
    if isinstance(decision, Proof | Measured):
        result = _take_over(decision.result, decision.run_id, job, context)
        if isinstance(decision, Measured) and spec.job_id in context.transferred:
            weights.lend(decision.folder, store.job_folder(spec.job_id))
        return result
    return decision


def prepare(job: ResolvedJob, context: RunContext, state: RunState) -> Path:
    """Return the folder of a job that is about to run; raise PlumblineError on a full disk."""
    check_disk(context.store.folder)
    gate = state.gates.get(gate_of(job.spec))
    return context.store.prepare(job.spec, gate.equivalence if gate else None)


def _take_over(earlier: Result, run_id: str, job: ResolvedJob, context: RunContext) -> Result:
    """Make the result of an earlier job this one's; return it."""
    spec, store = job.spec, context.store
    store.prepare(spec, None)
    result = store.write_result(earlier.model_copy(update={"job": spec.identity}))
    store.accept(spec, job.key)
    store.journal.add(
        TakenOver(
            kind="proved_before" if spec.task == "verify" else "measured_before",
            time=now(),
            job_id=spec.job_id,
            by_run=run_id,
            by_job_id=earlier.job.job_id,
        )
    )
    return result


def _run(job: ResolvedJob, context: RunContext, state: RunState) -> JobOutcome:
    started, began = now(), time.monotonic()
    spec, folder = job.spec, prepare(job, context, state)
    info, _ = context.contenders[spec.contender]
    timeout_seconds, show = spec.limits.timeout_seconds, context.display.job_event
    with weights.handed_over(job.sources, folder):
        if spec.task == "verify":
            give_reference(spec, folder, context)
        process = context.launcher.start(spec, info, folder)
        ending = follow(process, EventTail(folder / EVENTS_NAME), timeout_seconds, show)
    judged = judge(spec, folder, ending)
    seconds = time.monotonic() - began
    return JobOutcome(record(job, judged, started, seconds, context), seconds)


def record(
    job: ResolvedJob,
    judged: Result | Failure,
    started: datetime,
    seconds: float,
    context: RunContext,
) -> Result:
    """Put what a job found, or why it found nothing, into store and journal; return its result."""
    spec, store = job.spec, context.store
    result = judged if isinstance(judged, Result) else store.write_outcome(spec, "failed", judged)
    if result.status == "ok":
        # Whoever edits a contender while it is at the gate must not have proved what it was.
        if spec.task == "verify" and context.key(spec) == job.key:
            proof = Proof(key=job.key, run_id=store.folder.name, result=result)
            context.proofs.keep(proof, context.display.say)
        store.accept(spec, job.key)
    store.journal.add(
        JobEntry(
            host=context.host,
            job_id=spec.job_id,
            block=spec.repeat if spec.task in TIMED_ALONE else None,
            started=started,
            seconds=seconds,
            status=result.status,
        )
    )
    return result
