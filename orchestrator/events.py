"""Follows a runner's `events.jsonl` while it grows."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pydantic import ValidationError

from contract.event import EVENT, Event

_LINE_LIMIT_BYTES = 64 * 2**10


class EventTail:
    """Reads the events that were added since the last look. The file is untrusted."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._position = 0

    def new(self) -> Iterator[Event]:
        """Yield complete new events; a line that is none, or too long to be one, is passed over."""
        try:
            with self._path.open("rb") as file:
                file.seek(self._position)
                lines = file.readlines()
        except FileNotFoundError:
            return
        for line in lines:
            if not line.endswith(b"\n"):
                return
            self._position += len(line)
            if len(line) > _LINE_LIMIT_BYTES:
                continue
            try:
                yield EVENT.validate_json(line)
            except ValidationError:
                continue
