"""Times the sentinel before the first and after the last timed job of every block that runs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from typing import Literal

from pydantic import TypeAdapter

from contract.base import TIMED_TASKS
from contract.environment import thread_environment
from contract.job import JobSpec, Limits
from contract.journal import SentinelReading
from host.cpu_times import CpuTimes, cpu_times, load_average, load_between
from orchestrator.errors import PlumblineError
from orchestrator.places import ROOT
from orchestrator.store.journal import Journal, now

_DEADLINE_SECONDS = 60.0
_SAMPLES = TypeAdapter(tuple[float, ...])

Measure = Callable[[Limits], tuple[float, ...]]


class BlockWatch:
    """Writes sentinel readings into the journal, where blocks begin and end."""

    def __init__(
        self,
        jobs: Sequence[JobSpec],
        journal: Journal,
        say: Callable[[str], None],
        measure: Measure | None = None,
    ) -> None:
        timed = [job for job in jobs if job.task in TIMED_TASKS]
        self._last = {job.repeat: job.job_id for job in timed}
        self._journal = journal
        self._say = say
        self._measure = measure or measure_sentinel
        self._open: int | None = None
        self._times: CpuTimes | None = None

    def before(self, job: JobSpec) -> None:
        """A job is about to run; the first timed one of a block opens it."""
        if job.task in TIMED_TASKS and self._open != job.repeat:
            self._open = job.repeat
            self._read(job, "first")

    def after(self, job: JobSpec) -> None:
        """A job is done with, run or used again; the last timed one of a block closes it."""
        if self._open is not None and self._last[self._open] == job.job_id:
            self._read(job, "last")
            self._open = self._times = None

    def _read(self, job: JobSpec, position: Literal["first", "last"]) -> None:
        times = cpu_times()
        load, started, began = load_average(), now(), time.monotonic()
        try:
            samples = self._measure(job.limits)
        except PlumblineError as error:
            self._say(f"sentinel: {error.cause}; drift of block {job.repeat} stays unknown")
            return
        self._journal.add(
            SentinelReading(
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
        self._times = cpu_times()


def measure_sentinel(limits: Limits) -> tuple[float, ...]:
    """Run the sentinel on the host, on the CPUs and with the threads of the jobs.

    Raises:
        PlumblineError: it did not run, or gave no times.
    """
    cpus = ",".join(str(cpu) for cpu in limits.cpus)
    command = ["setpriv", "--pdeathsig", "KILL", "taskset", "--cpu-list", cpus]
    command += [sys.executable, "-m", "orchestrator.run.sentinel_process"]
    told = {"PYTHONPATH": str(ROOT)} | thread_environment(limits.threads)
    try:
        ended = subprocess.run(
            command,
            env=os.environ | told,
            capture_output=True,
            timeout=_DEADLINE_SECONDS,
            check=True,
        )
        return _SAMPLES.validate_python(json.loads(ended.stdout))
    except (OSError, subprocess.SubprocessError, ValueError) as error:
        raise PlumblineError(
            f"the sentinel did not run: {error}", "see what `setpriv`, `taskset` and `numpy` say"
        ) from error
