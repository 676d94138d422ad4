"""The machine that the orchestrator itself runs on, and how its drift is watched."""

import os
import platform
import subprocess
import time
from collections.abc import Collection, Sequence
from typing import Literal

from contract.base import TIMED_ALONE
from contract.job import JobSpec, Limits
from contract.journal import THIS_MACHINE, SentinelReading
from contract.words import counted
from host.cpu_times import CpuTimes, cpu_times, load_average, load_between
from host.idle_time import foreign_cpu_share_for
from host.memory import machine_memory_bytes
from host.processor import cpu_model
from orchestrator.engines.leftovers import end_containers, end_processes
from orchestrator.errors import PlumblineError
from orchestrator.hosts.host import Host
from orchestrator.hosts.sentinel import (
    DEADLINE_SECONDS,
    SAMPLES,
    SENTINEL_MODULE,
    SentinelTurns,
    sentinel_command,
    sentinel_variables,
)
from orchestrator.plan.resources import explain, grant
from orchestrator.run.again import run_undisturbed
from orchestrator.run.context import RunContext, RunState
from orchestrator.run.quiet import wait_for_quiet
from orchestrator.run.steering import Steering
from orchestrator.run.turns import run_turns, taken_together
from orchestrator.store.journal import Journal, now
from orchestrator.store.output import Say


class ThisMachine(Host):
    """Runs the jobs of a block itself, one after the other."""

    name = THIS_MACHINE

    def identity(self) -> str:
        """Return processor, CPUs, memory and kernel."""
        memory = f"{machine_memory_bytes() / 2**30:.0f} GiB"
        return (
            f"{cpu_model()}, {counted(os.cpu_count() or 1, 'CPU')}, {memory}, {platform.release()}"
        )

    def grant(self, cpus: int | None, threads: int | None, memory: str | None) -> Limits:
        """Return limits within what this process may use itself."""
        return grant(cpus, threads, memory)

    def explain(self, limits: Limits) -> str:
        """Name affinity, quota and memory limit where they leave less."""
        return explain(limits)

    def end_leftovers(self, output_id: str) -> int:
        """End the processes and containers that carry the mark."""
        return end_processes(output_id) + end_containers(output_id)

    def cpu_times(self) -> CpuTimes:
        """Return what the CPUs have done so far; two readings give the load between them."""
        return cpu_times()

    def foreign_cpu_share(self, cpus: Collection[int], seconds: float) -> float:
        """Watch CPUs while no job runs; see `host.idle_time.foreign_cpu_share_for`."""
        return foreign_cpu_share_for(cpus, seconds)

    def sentinel(self, limits: Limits) -> tuple[float, ...]:
        """Run the sentinel in a process of its own."""
        return measure_sentinel(limits)

    def sentinel_turns(self, limits: Limits) -> SentinelTurns:
        """Start a sentinel that takes turns with jobs."""
        return SentinelTurns(limits)

    def run(
        self, block: Sequence[JobSpec], context: RunContext, state: RunState, steering: Steering
    ) -> None:
        """Run each job, the timed ones in quiet; and the sentinel before and after those."""
        watch = BlockWatch(block, self, context.store.journal, context.display.say)

        def before_launch(job: JobSpec) -> None:
            wait_for_quiet(job, self.foreign_cpu_share, context, state)
            watch.before(job)

        for planned in taken_together(block):
            jobs = steering.chosen(planned)
            if not jobs:
                outcomes = []
            elif jobs[0].task == "turns":
                outcomes = run_turns(jobs, context, state, before_launch, self.sentinel_turns)
            else:
                context.display.job_starts(jobs[0], *state.place(), state.left())
                outcomes = [run_undisturbed(jobs[0], context, state, before_launch)]
            for job, outcome in zip(jobs, outcomes, strict=True):
                context.display.job_ends(outcome)
                state.add(job, outcome)
            for job in planned:
                watch.after(job)


class BlockWatch:
    """Times the sentinel before the first and after the last job of a block that is timed alone."""

    def __init__(
        self, block: Sequence[JobSpec], host: ThisMachine, journal: Journal, say: Say
    ) -> None:
        self._last = next((job.job_id for job in reversed(block) if job.task in TIMED_ALONE), "")
        self._host = host
        self._journal = journal
        self._say = say
        self._open = False
        self._times: CpuTimes | None = None

    def before(self, job: JobSpec) -> None:
        """A job is about to run; the first that is timed alone opens the block."""
        if job.task in TIMED_ALONE and not self._open:
            self._open = True
            self._read(job, "first")

    def after(self, job: JobSpec) -> None:
        """A job is done with, run or not; the last that is timed alone closes the block."""
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


def measure_sentinel(limits: Limits) -> tuple[float, ...]:
    """Run the sentinel outside of any container, on the CPUs and with the threads of jobs.

    Returns:
        The seconds of each sample.

    Raises:
        PlumblineError: it did not run, or gave no times.
    """
    try:
        ended = subprocess.run(
            sentinel_command(limits),
            env=sentinel_variables(limits),
            capture_output=True,
            timeout=DEADLINE_SECONDS,
            check=True,
        )
        return SAMPLES.validate_json(ended.stdout)
    except (OSError, subprocess.SubprocessError, ValueError) as error:
        raise PlumblineError(
            f"the sentinel did not run: {_why(error)}",
            f"see what `python -m {SENTINEL_MODULE} $$ 0` says",
        ) from error


def _why(error: Exception) -> str:
    """Return the last line that the process printed, where it did, else the error itself."""
    if isinstance(error, subprocess.CalledProcessError) and error.stderr:
        return str(error.stderr.decode(errors="replace").strip().splitlines()[-1])
    return str(error)
