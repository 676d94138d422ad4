"""Times the sentinel before the first and after the last timed job that runs in a block."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Literal

from contract.base import TIMED_TASKS
from contract.job import JobSpec
from contract.journal import SentinelReading
from host.cpu_times import CpuTimes, load_average, load_between
from orchestrator.errors import PlumblineError
from orchestrator.hosts.host import Host
from orchestrator.store.journal import Journal, now


class BlockWatch:
    """Writes a block's sentinel readings into the journal."""

    def __init__(
        self,
        block: Sequence[JobSpec],
        host: Host,
        journal: Journal,
        say: Callable[[str], None],
    ) -> None:
        self._last = next((job.job_id for job in reversed(block) if job.task in TIMED_TASKS), "")
        self._host = host
        self._journal = journal
        self._say = say
        self._open = False
        self._times: CpuTimes | None = None

    def before(self, job: JobSpec) -> None:
        """A job is about to run; the first timed one opens the block."""
        if job.task in TIMED_TASKS and not self._open:
            self._open = True
            self._read(job, "first")

    def after(self, job: JobSpec) -> None:
        """A job is done with, run or reused; the last timed one closes the block."""
        if self._open and job.job_id == self._last:
            self._read(job, "last")

    def _read(self, job: JobSpec, position: Literal["first", "last"]) -> None:
        times = self._host.cpu_times()
        load, started, began = load_average(), now(), time.monotonic()
        try:
            samples = self._host.sentinel(job.limits)
        except PlumblineError as error:
            self._say(f"sentinel: {error.cause}; the drift of block {job.repeat} is unknown")
            return
        self._journal.add(
            SentinelReading(
                host=self._host.name,
                block=job.repeat,
                position=position,
                started=started,
                samples_seconds=samples,
                cost_seconds=time.monotonic() - began,
                cpus=job.limits.cpus,
                threads=job.limits.threads,
                load_average=load,
                since_first=load_between(self._times, times) if self._times else None,
            )
        )
        self._times = self._host.cpu_times()
