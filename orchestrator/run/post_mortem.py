"""Why a job left no result, as far as its exit, its log and the disk can tell."""

from __future__ import annotations

import os
from pathlib import Path

from contract.names import LOG_NAME
from contract.result import Failure
from contract.shortage import tells_of_shortage
from contract.untrusted import UntrustedError, open_plain_file
from orchestrator.errors import printable
from orchestrator.plan.resources import free_bytes

_LOG_TAIL_BYTES = 64 * 2**10
_LAST_WORDS_CHARACTERS = 300
_LAST_LINES = 20
"""Of a log: a library says why it gives up, and then how to ask it for more."""
_FULL_BYTES = 2**20
"""With less room than that, nothing that a job writes can be relied on."""


def how_it_died(folder: Path, exit_code: int | None, reason: str | None) -> Failure:
    """Return cause and remedy for a job that left no valid result.

    Args:
        folder: The job's folder.
        exit_code: Its exit code, None where there is none.
        reason: What the engine knows.
    """
    cause = reason or f"the runner ended with exit code {exit_code} and no valid result"
    lines = _end_of(folder / LOG_NAME).strip().splitlines()
    words = printable(lines[-1][-_LAST_WORDS_CHARACTERS:]) if lines else ""
    remedy = f"read {folder / LOG_NAME}; then run again with --resume"
    if free_bytes(folder) < _FULL_BYTES:
        cause = f"the disk is full; {cause}"
        remedy = f"free space for {folder.parent}, then run again with --resume"
    elif tells_of_shortage("\n".join([cause, *lines[-_LAST_LINES:]])):
        cause = cause if tells_of_shortage(cause) else f"out of memory; {cause}"
        remedy = "raise --memory, or lower the study's batch_size; then run again with --resume"
    return Failure(cause=f"{cause}; its last words: {words}" if words else cause, remedy=remedy)


def _end_of(log: Path) -> str:
    """Return the end of a log; "" where there is none."""
    try:
        with open_plain_file(log) as file:
            file.seek(max(0, file.seek(0, os.SEEK_END) - _LOG_TAIL_BYTES))
            return file.read(_LOG_TAIL_BYTES).decode(errors="replace")
    except (OSError, UntrustedError):
        return ""
