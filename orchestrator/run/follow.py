"""Fourth step: waits for a job's end, shows what it says, and kills it at its deadline."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from contract.event import MAX_LINE_BYTES, Event, parse_event
from contract.untrusted import UntrustedError, open_plain_file
from orchestrator.engines.launcher import Process

_POLL_SECONDS = 0.2
_LOOK_BYTES = 1 * 2**20
"""Read at once, however much there is: a runner that floods its events delays only itself."""


@dataclass(frozen=True)
class Ending:
    """How a job's process ended."""

    exit_code: int | None
    """None where it was killed at its deadline."""
    reason: str | None
    """Why it ended, where that is known from outside."""


def follow(
    process: Process, tail: EventTail, timeout_seconds: float, show: Callable[[Event], None]
) -> Ending:
    """Return when the job has ended and nothing of it is left, also where this is interrupted."""
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


class EventTail:
    """Reads the events that were added to a runner's file since the last look; it is untrusted."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._position = 0
        self._in_long_line = False

    def new(self) -> Iterator[Event]:
        """Yield complete new events; a line that is none, or too long to be one, is passed over."""
        content = self._look()
        *lines, rest = content.split(b"\n")
        if lines and self._in_long_line:
            lines = lines[1:]
            self._in_long_line = False
        if len(rest) > MAX_LINE_BYTES:
            self._in_long_line = True
            rest = b""
        self._position += len(content) - len(rest)
        for line in lines:
            event = parse_event(line)
            if event is not None:
                yield event

    def _look(self) -> bytes:
        try:
            with open_plain_file(self._path) as file:
                file.seek(self._position)
                return file.read(_LOOK_BYTES)
        except (OSError, UntrustedError):
            return b""
