"""What jobs can be given and held to: processors, memory, control groups, energy counters."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import suppress

from contract import environment
from host.cgroup import NoGroupError, own_group
from orchestrator.doctor.finding import ENGINES, Finding, Machine
from orchestrator.engines.local.job_group import make_job_group
from orchestrator.errors import PlumblineError
from orchestrator.plan.resources import grant
from runners.harness.instruments.energy import EnergyMeter
from runners.harness.instruments.meter import NoMeterError

_PINNING = ("setpriv", "taskset", "prlimit")


def pins(machine: Machine) -> Iterator[Finding]:  # noqa: ARG001
    """Tell what a job is granted unasked, and whether it can be held to it."""
    try:
        limits = grant(None, None, None)
    except PlumblineError as error:
        yield Finding("pins", "problem", error.cause, "no job can run", error.remedy, ENGINES)
        return
    memory = f"{limits.memory_bytes / 2**30:.1f} GiB"
    told = f"{len(limits.cpus)} of {os.cpu_count()} CPUs and {memory} for each job"
    missing = [name for name in _PINNING if shutil.which(name) is None]
    if missing:
        meaning = "jobs outside containers cannot be pinned"
        lacking = f"{told}; without {', '.join(missing)}"
        yield Finding("pins", "problem", lacking, meaning, "install util-linux", ("local",))
    else:
        yield Finding("pins", "ok", told)


def control_groups(machine: Machine) -> Iterator[Finding]:
    """Tell the version, and whether a local job can have a control group of its own."""
    meaning = "local jobs have no memory of a group's; containers have theirs"
    try:
        own = own_group(machine.root / "sys/fs/cgroup", machine.root / "proc/self/cgroup")
    except (NoGroupError, OSError) as error:
        remedy = "mount them: images/start_engine.sh does"
        yield Finding("control groups", "warning", str(error), meaning, remedy)
        return
    made = make_job_group(own)
    for folder in made.folders:
        with suppress(OSError):
            folder.rmdir()
    reason = made.variables.get(environment.NO_JOB_GROUP)
    told = f"version {own.version}"
    if reason is None:
        yield Finding("control groups", "ok", f"{told}; a job's own can be made and read")
    else:
        remedy = "start with: systemd-run --user --scope --property=Delegate=yes plumbline …"
        yield Finding("control groups", "warning", f"{told}: {reason}", meaning, remedy)


def energy(machine: Machine) -> Iterator[Finding]:
    """Tell whether the processor's energy counters can be read."""
    try:
        with EnergyMeter(machine.root / "sys/class/powercap") as meter:
            meter.look()
    except NoMeterError as error:
        remedy = "on real hardware: sudo chmod a+r /sys/class/powercap/intel-rapl:*/energy_uj"
        yield Finding("energy counters", "warning", str(error), "no joules are reported", remedy)
    else:
        yield Finding("energy counters", "ok", "RAPL can be read")
