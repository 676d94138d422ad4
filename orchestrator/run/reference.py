"""The reference's share of a gate: done once for all contenders of a network, and given to each."""

import os
import sys
from pathlib import Path

from contract.environment import OUTPUT, thread_environment
from contract.event import Event
from contract.job import JobSpec
from contract.names import EVENTS_NAME, GIVEN_FOLDER, JOB_NAME, LOG_NAME, REFERENCE_NAME
from data.places import default_root
from orchestrator.engines.launcher import FILE_LIMIT_BYTES
from orchestrator.engines.local.process import SupervisedProcess
from orchestrator.engines.local.supervisor import Command
from orchestrator.places import ROOT
from orchestrator.run.context import RunContext
from orchestrator.run.display import label
from orchestrator.run.follow import EventTail, follow
from orchestrator.store.files import is_plain, remove, write_atomically
from orchestrator.store.references import ReferenceStore

COMMAND = (sys.executable, "-m", "runners.harness.gate")
"""Writes what the reference shows on the network of a gate: `--job JOB --output FILE`."""

_WORK_FOLDER = "reference"
"""In the job's folder: where it is computed; what it said is left there where it failed."""


class NotComputedError(Exception):
    """The reference's work was not done; the message is the cause."""


def give_reference(job: JobSpec, folder: Path, context: RunContext) -> None:
    """Put what the reference computes into `given/` of the folder of a gate's job.

    Where it is not kept it is computed, on the CPUs of the job and within its limits, and kept.
    Where that fails a line says so: the runner then computes it itself.
    """
    if context.references is None:
        return
    target = folder / GIVEN_FOLDER / REFERENCE_NAME
    try:
        _provide(job, folder, target, context, context.references)
    except (OSError, NotComputedError) as error:
        remove(target)
        say = context.display.say
        say(f"{label(job)}: its runner computes the reference itself: {error}")


def _provide(
    job: JobSpec, folder: Path, target: Path, context: RunContext, references: ReferenceStore
) -> None:
    target.parent.mkdir(exist_ok=True)
    key = context.reference_key(job)
    if not references.take(key, target):
        _compute(job, folder / _WORK_FOLDER, target, context.launcher.output_id)
        if context.reference_key(job) == key:  # nobody has edited it meanwhile
            references.keep(key, target)


def _compute(job: JobSpec, folder: Path, target: Path, output_id: str) -> None:
    """Compute what the reference does for a job in a process of its own; raise as it fails."""
    here = job.model_copy(update={"data_dir": str(default_root())})
    write_atomically(folder / JOB_NAME, here.model_dump_json(indent=2) + "\n")
    limits = job.limits
    command = [*COMMAND, "--job", str(folder / JOB_NAME), "--output", str(target)]
    variables = {"PYTHONPATH": str(ROOT), OUTPUT: output_id} | thread_environment(limits.threads)
    process = SupervisedProcess(
        Command(command, list(limits.cpus), limits.memory_bytes, FILE_LIMIT_BYTES),
        folder,
        os.environ | variables,
        output_id,
    )
    ending = follow(process, EventTail(folder / EVENTS_NAME), limits.timeout_seconds, _ignore)
    if ending.exit_code != 0 or not is_plain(target):
        cause = ending.reason or f"exit code {ending.exit_code}"
        raise NotComputedError(f"{cause}; see {folder / LOG_NAME}")
    remove(folder)


def _ignore(event: Event) -> None:
    """Tell nobody: it is part of the job that is about to run."""
