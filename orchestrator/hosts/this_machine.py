"""The machine that the orchestrator itself runs on."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence

from contract.job import JobSpec, Limits
from contract.journal import THIS_MACHINE
from host.cpu_times import CpuTimes, cpu_times
from host.memory import machine_memory_bytes
from host.processor import cpu_model
from orchestrator.engines.leftovers import end_containers, end_processes
from orchestrator.hosts.block_watch import BlockWatch
from orchestrator.hosts.host import Host
from orchestrator.hosts.sentinel import measure_sentinel
from orchestrator.plan.resources import grant
from orchestrator.run.line import run_job
from orchestrator.run.setting import RunState, Setting


class ThisMachine(Host):
    """Runs the jobs of a block itself, one after the other."""

    name = THIS_MACHINE

    def identity(self) -> str:
        """Return processor, CPUs, memory and kernel."""
        memory = f"{machine_memory_bytes() / 2**30:.0f} GiB"
        return f"{cpu_model()}, {os.cpu_count()} CPUs, {memory}, {platform.release()}"

    def grant(self, cpus: int | None, threads: int | None, memory: str | None) -> Limits:
        """Return limits within what this process may use itself."""
        return grant(cpus, threads, memory)

    def end_leftovers(self, output_id: str) -> int:
        """End the processes and containers that carry the mark."""
        return end_processes(output_id) + end_containers(output_id)

    def cpu_times(self) -> CpuTimes:
        """Return the kernel's counters."""
        return cpu_times()

    def sentinel(self, limits: Limits) -> tuple[float, ...]:
        """Run the sentinel in a process of its own."""
        return measure_sentinel(limits)

    def run(self, block: Sequence[JobSpec], setting: Setting, state: RunState) -> None:
        """Run each job, and the sentinel before the first timed one and after the last."""
        watch = BlockWatch(block, self, setting.store.journal, setting.display.say)
        for job in block:
            number, total = len(state.results) + 1, len(setting.jobs)
            setting.display.job_starts(job, number, total, state.left())
            outcome = run_job(job, setting, state, before_launch=watch.before)
            setting.display.job_ends(outcome)
            watch.after(job)
            state.add(job, outcome)
