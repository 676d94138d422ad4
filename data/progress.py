"""How a fetch tells what it is doing; made to drive a progress bar."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

FetchPhase = Literal["wait", "download", "verify", "decode"]
"""wait: another process fetches the same data set; the others name the work."""


@dataclass(frozen=True)
class FetchUpdate:
    """One step forward."""

    dataset: str
    source: str
    """Name of the source; empty while waiting and while checking arrays that are there."""
    phase: FetchPhase
    item: str
    """The file or array that is worked on; a new item starts a new count."""
    done_bytes: int
    total_bytes: int | None
    """None where the source does not say how much is to come."""


Progress = Callable[[FetchUpdate], None]
ReportProgress = Callable[[FetchPhase, str, int, int | None], None]
"""(phase, item, done_bytes, total_bytes): progress of one source."""


def reporter(progress: Progress, dataset: str, source: str) -> ReportProgress:
    """Return `progress` with the data set and the source filled in."""

    def report(phase: FetchPhase, item: str, done_bytes: int, total_bytes: int | None) -> None:
        progress(FetchUpdate(dataset, source, phase, item, done_bytes, total_bytes))

    return report
