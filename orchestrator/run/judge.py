"""Fifth step: whether what a job left is its result, and the cause of its death where it is not."""

import os
from pathlib import Path

from contract.job import JobSpec
from contract.names import LOG_NAME, RESULT_NAME
from contract.result import Failure, Result
from contract.shortage import REMEDY, shortage_cause, tells_of_shortage
from contract.untrusted import UntrustedError, open_plain_file, read_record
from orchestrator.errors import printable
from orchestrator.plan.resources import free_bytes
from orchestrator.run.follow import Ending
from orchestrator.store.files import why_unreadable

_LOG_TAIL_BYTES = 64 * 2**10
_LAST_LINE_CHARACTERS = 300
_LAST_LINES = 20
"""Of a log: a library says why it gives up, and then how to ask it for more."""
_MORE_MEMORY = f"{REMEDY}; then run again with --resume"
_FULL_BYTES = 2**20
"""With less room than that, nothing that a job writes can be relied on."""


def judge(job: JobSpec, folder: Path, ending: Ending) -> Result | Failure:
    """Return the runner's own result if it is valid and fits the ending, else what went wrong."""
    try:
        result = _read(folder / RESULT_NAME)
    except UntrustedError:
        return cause_of_death(job, folder, ending)
    if result.job != job.identity or (ending.exit_code == 0) != result.is_ok:
        return cause_of_death(job, folder, ending)
    if result.failure is None or ending.reason is None:
        return result
    # The runner lived to tell, but the engine knows more: a process of its was killed.
    cause = f"{ending.reason}; {result.failure.cause}"
    remedy = _MORE_MEMORY if tells_of_shortage(ending.reason) else result.failure.remedy
    return Failure(cause=cause, remedy=remedy)


def cause_of_death(job: JobSpec, folder: Path, ending: Ending) -> Failure:
    """Return cause and remedy for a job that left no valid result.

    Its exit, its log and the disk tell, as far as they can.
    """
    cause = ending.reason
    cause = cause or f"the runner ended with exit code {ending.exit_code} and no valid result"
    if unreadable := why_unreadable(folder / RESULT_NAME, _read):
        cause = f"{cause}; {unreadable}"
    lines = end_of_log(folder / LOG_NAME).strip().splitlines()
    last_line = printable(lines[-1][-_LAST_LINE_CHARACTERS:]) if lines else ""
    remedy = f"read {folder / LOG_NAME}; then run again with --resume"
    if free_bytes(folder) < _FULL_BYTES:
        cause = f"the disk is full; {cause}"
        remedy = f"free space for {folder.parent}, then run again with --resume"
    elif tells_of_shortage(cause):
        remedy = _MORE_MEMORY
    elif tells_of_shortage(said := printable("\n".join(lines[-_LAST_LINES:]))):
        cause = f"{shortage_cause(said, job.limits.memory_bytes)}; {cause}"
        remedy = _MORE_MEMORY
    return Failure(
        cause=f"{cause}; the end of its log: {last_line}" if last_line else cause, remedy=remedy
    )


def _read(path: Path) -> Result:
    return read_record(path, Result)


def end_of_log(log: Path) -> str:
    """Return the end of a log; "" where there is none."""
    try:
        with open_plain_file(log) as file:
            file.seek(max(0, file.seek(0, os.SEEK_END) - _LOG_TAIL_BYTES))
            return file.read(_LOG_TAIL_BYTES).decode(errors="replace")
    except (OSError, UntrustedError):
        return ""
