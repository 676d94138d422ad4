"""Fourth step: waits for a job's end, shows what it says, and kills it at its deadline."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from contract.event import Event
from orchestrator.engines.launcher import Process
from orchestrator.run.events import EventTail

_POLL_SECONDS = 0.2


@dataclass(frozen=True)
class Ending:
    """How a job's process ended."""

    exit_code: int | None
    """None where it was killed at its deadline."""
    reason: str | None
    """Why it ended, where that is known from outside."""


def follow(
    process: Process, events: Path, timeout_seconds: float, show: Callable[[Event], None]
) -> Ending:
    """Return when the job has ended and nothing of it is left, also where this is interrupted."""
    tail = EventTail(events)
    deadline = time.monotonic() + timeout_seconds
    exit_code = None
    try:
        while exit_code is None and time.monotonic() <= deadline:
            exit_code = process.wait(_POLL_SECONDS)
            for event in tail.new():
                show(event)
        if exit_code is None:
            process.kill()
    except BaseException:
        process.kill()
        process.close()
        raise
    reason = process.close()
    if exit_code is None:
        reason = f"exceeded its deadline of {timeout_seconds:.0f} s"
    return Ending(exit_code, reason)
