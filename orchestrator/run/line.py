"""The way of a job: resolve, decide, launch, follow, judge, record; each step hands a value on."""

from __future__ import annotations

import time
from collections.abc import Callable

from contract.evidence import Equivalence
from contract.job import JobSpec
from contract.names import EVENTS_NAME
from orchestrator.plan.abilities import gate_of
from orchestrator.run import weights
from orchestrator.run.aside import put_aside
from orchestrator.run.decide import decide
from orchestrator.run.display import label
from orchestrator.run.follow import follow
from orchestrator.run.judge import judge
from orchestrator.run.launch import launched
from orchestrator.run.outcome import JobOutcome
from orchestrator.run.record import record, record_skipped
from orchestrator.run.resolve import ResolvedJob, resolve
from orchestrator.run.setting import Setting
from orchestrator.run.state import RunState
from orchestrator.store.journal import now


def run_job(
    planned: JobSpec,
    setting: Setting,
    state: RunState,
    before_launch: Callable[[JobSpec], None],
) -> JobOutcome:
    """Take a job all the way, and through `before_launch` only where it really runs.

    Whatever happens to the job becomes its result.

    Raises:
        KeyboardInterrupt: after the job was stopped.
        PlumblineError: the disk is full, or jobs cannot be started any more.
    """
    job = resolve(planned, setting)
    decision = decide(job, setting, state.gates)
    if decision.outdated:
        place = put_aside(setting.store, planned, decision.outdated)
        line = f"{decision.outdated}; the earlier result is kept in {place}"
        setting.display.say(f"{label(planned)}: {line}")
    if decision.reused is not None:
        outcome = JobOutcome(decision.reused)
    elif decision.skipped is not None:
        outcome = JobOutcome(record_skipped(job, decision.skipped, setting))
    else:
        before_launch(planned)
        gate = state.gates.get(gate_of(planned))
        outcome = _run(job, gate.equivalence if gate else None, setting)
    if planned.job_id not in setting.transferred:
        weights.discard(setting.store.job_folder(planned.job_id))
    return outcome


def _run(job: ResolvedJob, evidence: Equivalence | None, setting: Setting) -> JobOutcome:
    started, began = now(), time.monotonic()
    folder = setting.store.job_folder(job.spec.job_id)
    with launched(job, evidence, setting) as process:
        timeout_seconds = job.spec.limits.timeout_seconds
        ending = follow(process, folder / EVENTS_NAME, timeout_seconds, setting.display.job_event)
    judged = judge(job.spec, folder, ending)
    seconds = time.monotonic() - began
    return JobOutcome(record(job, judged, started, seconds, setting), seconds)
