"""`plumbline verify --layer`: networks layer by layer, for whoever writes a contender."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console

from contract.contender import ContenderInfo
from contract.event import Event, FailureEvent, PhaseEvent
from contract.job import JobSpec
from contract.names import EVENTS_NAME, JOB_NAME, LOG_NAME
from data.places import default_root
from orchestrator.commands.options import VerifyOptions, plan_request
from orchestrator.engines.launcher import Launcher
from orchestrator.engines.select import select_engine
from orchestrator.hosts.this_machine import ThisMachine
from orchestrator.plan.abilities import exceeds_abilities
from orchestrator.plan.choose import choose_contenders
from orchestrator.run.display import Display, on_device
from orchestrator.run.follow import EventTail, follow
from orchestrator.run.judge import end_of_log
from orchestrator.store.files import write_atomically
from orchestrator.store.output import own
from orchestrator.store.source import read_source
from orchestrator.terminal.progress import PlainDisplay
from orchestrator.terminal.user_errors import complain

_OPTIONS = ("--layer",)
"""Of the runner."""


def compare_layers(options: VerifyOptions) -> bool:
    """Hold every layer of what `options` ask for against the reference; keep nothing of it.

    Returns:
        Whether all layers agree.

    Raises:
        PlumblineError: it cannot start.
    """
    host, display = ThisMachine(), PlainDisplay(Console())
    # Batches this small gain nothing from more threads, which wait for each other by spinning.
    request, jobs = plan_request(replace(options, threads=options.threads or 1), host)
    contenders = choose_contenders(request.contenders)
    infos = {name: info for name, (info, _) in contenders.items()}
    with own(options.runs_folder) as owner:
        host.end_leftovers(owner.output_id)
        launcher, engine = select_engine(
            *(options.engine, list(infos.values()), options.devices),
            *(default_root(), read_source(), owner.output_id),
        )
        display.say(f"engine: {engine.name} ({engine.version}): {engine.reason}")
        exceeding = exceeds_abilities(contenders, jobs)
        left_out = launcher.left_out(list(infos.values()))
        agree = True
        for job in _distinct(jobs):
            display.say(f"{job.workload}{on_device(job.device)}, {job.contender}:")
            if failure := left_out.get(job.contender) or exceeding.get(job.job_id):
                display.say(f"skipped: {failure.cause}")
                continue
            with TemporaryDirectory(dir=options.runs_folder) as folder:
                agree &= _compare(job, infos[job.contender], Path(folder), launcher, display)
    return agree


def _distinct(jobs: Iterable[JobSpec]) -> list[JobSpec]:
    """Return a job for each contender and network, in the order of studies and workloads."""
    ordered = sorted(jobs, key=lambda job: (job.study, job.workload, job.contender))
    found: dict[tuple[str, str, str], JobSpec] = {}
    for job in ordered:
        found.setdefault((job.contender, job.device, job.model.model_dump_json()), job)
    return list(found.values())


def _compare(
    job: JobSpec, contender: ContenderInfo, folder: Path, launcher: Launcher, display: Display
) -> bool:
    """Let the contender's runner go through the layers; print what it says."""
    told_why = False

    def show(event: Event) -> None:
        nonlocal told_why
        if isinstance(event, PhaseEvent):
            display.say(f"  {event.message}")
        elif isinstance(event, FailureEvent):
            told_why = True
            complain(event.cause, event.remedy)

    write_atomically(folder / JOB_NAME, job.model_dump_json(indent=2) + "\n")
    process = launcher.start(job, contender, folder, _OPTIONS)
    ending = follow(process, EventTail(folder / EVENTS_NAME), job.limits.timeout_seconds, show)
    if ending.exit_code != 0 and not told_why:
        cause = ending.reason or f"it ended with exit code {ending.exit_code}"
        log = end_of_log(folder / LOG_NAME).rstrip()
        complain(f"{cause}; the end of its log:\n{log}", "see also which layer it was at, above")
    return ending.exit_code == 0
