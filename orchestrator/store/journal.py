"""Writes a run's journal: a line is on disk before what follows it begins."""

import os
from datetime import datetime, timezone
from pathlib import Path

from contract.journal import Entry, read_journal
from contract.names import JOURNAL_NAME


class Journal:
    """`journal.jsonl` of one run; held by one orchestrator."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._path = folder / JOURNAL_NAME
        self._is_whole = False

    def entries(self) -> list[Entry]:
        """Return what was written so far."""
        return read_journal(self._folder)

    def add(self, entry: Entry) -> None:
        """Write a line, and see it to the disk."""
        self._cut_torn_line()
        line = entry.model_dump_json().encode() + b"\n"
        with self._path.open("ab") as file:
            file.write(line)
            file.flush()
            os.fsync(file.fileno())

    def _cut_torn_line(self) -> None:
        """Cut off the line that a killed orchestrator left half written."""
        if not self._is_whole and self._path.is_file():
            content = self._path.read_bytes()
            os.truncate(self._path, content.rfind(b"\n") + 1)
        self._is_whole = True


def now() -> datetime:
    """Return the time of an entry."""
    return datetime.now(timezone.utc)
