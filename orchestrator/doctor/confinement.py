"""What jobs can be given: processors and memory; whether groups and energy can be measured."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from contract import environment
from contract.memory_size import readable_size
from host.cgroup import NoGroupError, own_group
from host.energy import POWERCAP, is_readable, rapl_zones
from host.memory import SHARED_MEMORY, shared_memory_bytes
from orchestrator.doctor.finding import ENGINES, Finding
from orchestrator.engines.local.job_group import make_job_group
from orchestrator.errors import PlumblineError
from orchestrator.plan.resources import explain, grant


def pins(root: Path) -> Iterator[Finding]:
    """Tell what a job is granted by default, and what holds it to less than the machine has."""
    try:
        limits = grant(None, None, None, root)
    except PlumblineError as error:
        yield Finding("pins", "problem", error.cause, "no job can run", error.remedy, ENGINES)
        return
    told = explain(limits, root)
    if limits.cpu_quota is not None and limits.cpu_quota < 1:
        meaning = "times are those of the quota, not of the processor, and vary more"
        yield Finding("pins", "warning", told, meaning, "raise the quota to a CPU or more")
    else:
        yield Finding("pins", "ok", told)


def shared_memory(root: Path) -> Iterator[Finding]:
    """Tell the size of /dev/shm, through which the frameworks' data loaders pass batches."""
    size_bytes = shared_memory_bytes(root / SHARED_MEMORY.relative_to("/"))
    if size_bytes is None:
        meaning = "data loaders that start processes fail"
        remedy = "mount -t tmpfs tmpfs /dev/shm"
        yield Finding("shared memory", "warning", "no /dev/shm", meaning, remedy)
    else:
        told = f"{readable_size(size_bytes)} in /dev/shm; a container has its engine's own"
        yield Finding("shared memory", "ok", told)


def control_groups(root: Path) -> Iterator[Finding]:
    """Tell the version, and whether a local job can have a control group of its own."""
    meaning = "local jobs report no control-group memory; containers do"
    try:
        own = own_group(root)
    except (NoGroupError, OSError) as error:
        remedy = "mount them; images/start_engine.sh does so"
        yield Finding("control groups", "warning", str(error), meaning, remedy)
        return
    made = make_job_group(own)
    for folder in made.folders:
        with suppress(OSError):
            folder.rmdir()
    reason = made.variables.get(environment.NO_JOB_GROUP)
    told = f"version {own.memory.version}"
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
