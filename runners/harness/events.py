"""The runner's voice: `events.jsonl` for programs, one line per event for people."""

from __future__ import annotations

import sys
import time
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from contract.event import (
    DoneEvent,
    EpochEvent,
    Event,
    FailureEvent,
    Phase,
    PhaseEvent,
    ProgressEvent,
)
from contract.metrics import EpochRecord

_PROGRESS_SECONDS = 0.5
"""Least time between two progress events."""


class EventLog:
    """Writes events as they happen; a context manager."""

    def __init__(self, path: Path, *, quiet: bool) -> None:
        """Open `path` anew.

        Args:
            path: The events file.
            quiet: Print nothing for people; the orchestrator reads the file.
        """
        self._file = path.open("w", encoding="utf-8")
        self._quiet = quiet
        self._started = time.monotonic()
        self._last_progress = float("-inf")

    def __enter__(self) -> EventLog:
        return self

    def __exit__(self, *_exception: object) -> None:
        self._file.close()

    def phase(self, phase: Phase, message: str) -> None:
        """Say that a phase begins."""
        self._write(PhaseEvent(**self._stamp(), phase=phase, message=message))
        self._say(f"{phase:>9}  {message}")

    def progress(self, phase: Phase, done: int, total: int) -> None:
        """Say how far a phase is; calls that come too fast are dropped."""
        now = time.monotonic()
        if now - self._last_progress < _PROGRESS_SECONDS:
            return
        self._last_progress = now
        self._write(ProgressEvent(**self._stamp(), phase=phase, done=done, total=total))

    def epoch(self, seen: EpochRecord, epochs: int) -> None:
        """Say that an epoch is trained and evaluated."""
        told = seen.model_dump(include={"epoch", "seconds", "train_loss", "test_accuracy"})
        self._write(EpochEvent(**self._stamp(), epochs=epochs, **told))
        accuracy = seen.test_accuracy
        tested = "" if accuracy is None else f"   test accuracy {100 * accuracy:.2f} %"
        so_far = f"{seen.epoch}/{epochs}   {seen.seconds:.2f} s   loss {seen.train_loss:.4f}"
        self._say(f"{'epoch':>9}  {so_far}{tested}")

    def failure(self, cause: str, remedy: str) -> None:
        """Say why the job ends without a measurement."""
        self._write(FailureEvent(**self._stamp(), cause=cause, remedy=remedy))
        print(f"error: {cause}\nremedy: {remedy}", file=sys.stderr)

    def done(self) -> None:
        """Say that the result is written."""
        self._write(DoneEvent(**self._stamp()))

    def _stamp(self) -> dict[str, Any]:
        elapsed = time.monotonic() - self._started
        return {"time": datetime.now(timezone.utc), "elapsed_seconds": elapsed}

    def _write(self, event: Event) -> None:
        self._file.write(event.model_dump_json() + "\n")
        self._file.flush()

    def _say(self, line: str) -> None:
        if not self._quiet:
            print(line, flush=True)
