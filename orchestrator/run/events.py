"""Follows a runner's `events.jsonl` while it grows."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from contract.event import MAX_LINE_BYTES, Event, parse_event
from contract.untrusted import UntrustedError, open_plain_file

_LOOK_BYTES = 1 * 2**20
"""Read at once, however much there is: a runner that floods its events delays only itself."""


class EventTail:
    """Reads the events that were added since the last look. The file is untrusted."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._position = 0
        self._in_long_line = False

    def new(self) -> Iterator[Event]:
        """Yield complete new events; a line that is none, or too long to be one, is passed over."""
        content = self._look()
        complete, newline, rest = content.rpartition(b"\n")
        lines = complete.split(b"\n") if newline else []
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
