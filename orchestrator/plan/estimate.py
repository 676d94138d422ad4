"""What jobs cost, learned from earlier runs on this machine and from the current one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from contract.job import JobSpec
from contract.journal import JobEntry, SentinelReading
from contract.names import RUN_NAME
from contract.words import counted
from orchestrator.store.store import RunStore

_RUNS = 5
"""How many of the newest runs are asked."""
_SAME_WORK = {"data_dir": "", "seed": 0, "repeat": 1}
"""Where jobs of the same work may differ."""


@dataclass(frozen=True)
class Estimate:
    """What several jobs cost together."""

    seconds: float
    """Of those that something is known about."""
    known: int
    unknown: int
    """Jobs that no earlier run tells about."""

    def __str__(self) -> str:
        """Say it for people."""
        parts = [duration(self.seconds)] if self.known else []
        parts += [f"{counted(self.unknown, 'job')} of unknown cost"] if self.unknown else []
        return " and ".join(parts)


class Costs:
    """Remembers how long jobs took."""

    def __init__(self) -> None:
        self._seconds: dict[str, list[float]] = defaultdict(list)
        self._sentinel_seconds: list[float] = []
        self._free: set[str] = set()

    @classmethod
    def of_runs(cls, output: Path) -> Costs:
        """Read the newest runs below `output`."""
        costs = cls()
        runs = (
            path.parent for path in output.glob(f"*/{RUN_NAME}") if not path.parent.is_symlink()
        )
        for store in map(RunStore, sorted(runs, reverse=True)[:_RUNS]):
            costs._learn_run(store)
        return costs

    def _learn_run(self, store: RunStore) -> None:
        entries = store.journal.entries()
        readings = [entry for entry in entries if isinstance(entry, SentinelReading)]
        self._sentinel_seconds += [reading.cost_seconds for reading in readings]
        ended = [entry for entry in entries if isinstance(entry, JobEntry)]
        taken = {entry.job_id: entry.seconds for entry in ended if entry.status == "ok"}
        for job in store.jobs():
            seconds = taken.get(job.job_id) or _seconds_of_result(store, job)
            if seconds is not None:
                self.learn(job, seconds)

    def learn(self, job: JobSpec, seconds: float) -> None:
        """Remember what a job took."""
        self._seconds[_work(job)].append(seconds)

    def cost_nothing(self, job_ids: Iterable[str]) -> None:
        """Remember which jobs will not be run, for their results are kept."""
        self._free.update(job_ids)

    def seconds(self, job: JobSpec) -> float | None:
        """Return the median time that the same work took; None where it was never done."""
        if job.job_id in self._free:
            return 0.0
        known = self._seconds.get(_work(job))
        return median(known) if known else None

    def sentinel_seconds(self) -> float | None:
        """Return the median cost of a sentinel; None where none was ever timed."""
        return median(self._sentinel_seconds) if self._sentinel_seconds else None

    def left(self, jobs: Iterable[JobSpec]) -> Estimate:
        """Return what the jobs will cost together."""
        found = [self.seconds(job) for job in jobs]
        known = [seconds for seconds in found if seconds is not None]
        return Estimate(sum(known), len(known), len(found) - len(known))


def duration(seconds: float) -> str:
    """Return seconds, minutes or hours, whichever reads best."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    if seconds < 90 * 60:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.1f} h"


def _seconds_of_result(store: RunStore, job: JobSpec) -> float | None:
    """Return what a job took by its own account: without the start of its process or container."""
    result = store.read_result(job.job_id)
    if result is None or result.status != "ok":
        return None
    return (result.finished - result.started).total_seconds()


def _work(job: JobSpec) -> str:
    return job.model_copy(update=_SAME_WORK).model_dump_json()
