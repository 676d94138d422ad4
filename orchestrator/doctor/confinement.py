"""What jobs can be given: processors and memory; whether groups and energy can be measured."""

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from contract import environment
from host.cgroup import NoGroupError, own_group
from host.energy import POWERCAP, is_readable, rapl_zones
from orchestrator.doctor.finding import ENGINES, Finding
from orchestrator.engines.local.job_group import make_job_group
from orchestrator.errors import PlumblineError
from orchestrator.plan.resources import grant


def pins(root: Path) -> Iterator[Finding]:  # noqa: ARG001
    """Tell what a job is granted by default."""
    try:
        limits = grant(None, None, None)
    except PlumblineError as error:
        yield Finding("pins", "problem", error.cause, "no job can run", error.remedy, ENGINES)
        return
    memory = f"{limits.memory_bytes / 2**30:.1f} GiB"
    told = f"{len(limits.cpus)} of {os.cpu_count()} CPUs and {memory} for each job"
    yield Finding("pins", "ok", told)


def control_groups(root: Path) -> Iterator[Finding]:
    """Tell the version, and whether a local job can have a control group of its own."""
    meaning = "local jobs report no control-group memory; containers do"
    try:
        own = own_group(root / "sys/fs/cgroup", root / "proc/self/cgroup")
    except (NoGroupError, OSError) as error:
        remedy = "mount them; images/start_engine.sh does so"
        yield Finding("control groups", "warning", str(error), meaning, remedy)
        return
    made = make_job_group(own)
    for folder in made.folders:
        with suppress(OSError):
            folder.rmdir()
    reason = made.variables.get(environment.NO_JOB_GROUP)
    told = f"version {own.version}"
    if reason is None:
        yield Finding("control groups", "ok", f"{told}; each job can have one of its own")
    else:
        remedy = "start with: systemd-run --user --scope --property=Delegate=yes plumbline …"
        yield Finding("control groups", "warning", f"{told}: {reason}", meaning, remedy)


def energy(root: Path) -> Iterator[Finding]:
    """Tell whether the processor's energy counters can be read."""
    zones = rapl_zones(root / POWERCAP.relative_to("/"))
    hidden = [zone.name for zone in zones if not is_readable(zone)]
    if zones and not hidden:
        yield Finding("energy counters", "ok", "RAPL can be read")
        return
    told = "the kernel shows no RAPL counters, as in most virtual machines and containers"
    if hidden:
        told = f"{', '.join(hidden)} cannot be read by this user"
    remedy = "on real hardware: sudo chmod a+r /sys/class/powercap/intel-rapl:*/energy_uj"
    yield Finding("energy counters", "warning", told, "no joules are reported", remedy)
