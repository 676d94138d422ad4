"""The processor: what it is, how steadily it runs, and who else uses it."""

import os
from collections.abc import Iterator
from pathlib import Path

import host.processor
from contract.disturbance import FOREIGN_CPU_SHARE_LIMIT
from contract.words import counted
from host.cpu_times import LOADAVG_PATH, cpu_times, load_average
from host.idle_time import STAT_PATH, NoCpuTimesError, foreign_cpu_share_for
from host.processor import cpu_flags, cpu_model, governors
from orchestrator.doctor.finding import Finding
from orchestrator.errors import PlumblineError
from orchestrator.plan.resources import grant, named_cpus

_NOT_TOLD = "the kernel does not report it, as in most virtual machines"
_UNSTEADY = "times depend on the processor's temperature and load"
_NOTHING_TO_DO = "nothing can be changed from inside; run more repeats, compare within one run"
_BUSY_SHARE = 0.25
_STOLEN_SHARE = 0.01
_LOOK_SECONDS = 1.0
_SPINNING = (
    "the threads of PyTorch and Velox spin while they wait (OpenMP's default, left as users have "
    "it): beside four busy processes, a training step of 12 ms took 400 ms"
)


def model(root: Path) -> Iterator[Finding]:
    """Tell the model, and whether it has what the Velox functions are compiled for."""
    name = cpu_model(root)
    if "avx2" in cpu_flags(root):
        yield Finding("processor", "ok", name)
    else:
        meaning = "the Velox contenders cannot run; the others can"
        yield Finding(
            "processor", "warning", f"{name}, without AVX2", meaning, "use an x86-64 with AVX2"
        )


def governor(root: Path) -> Iterator[Finding]:
    """Tell whether the frequency is left to the load."""
    found = set(governors(root).values())
    if not found:
        yield Finding("frequency governor", "warning", _NOT_TOLD, _UNSTEADY, _NOTHING_TO_DO)
    elif found == {"performance"}:
        yield Finding("frequency governor", "ok", "performance")
    else:
        remedy = "sudo cpupower frequency-set --governor performance"
        yield Finding("frequency governor", "warning", ", ".join(sorted(found)), _UNSTEADY, remedy)


def turbo(root: Path) -> Iterator[Finding]:
    """Tell whether the processor may exceed its nominal frequency for a while."""
    found = host.processor.turbo(root)
    if found is None:
        yield Finding("turbo", "warning", _NOT_TOLD, _UNSTEADY, _NOTHING_TO_DO)
    elif found.on:
        remedy = f"during a run: echo {found.off_value} | sudo tee /{found.switch}"
        yield Finding("turbo", "warning", "on", _UNSTEADY, remedy)
    else:
        yield Finding("turbo", "ok", "off")


def load(root: Path) -> Iterator[Finding]:
    """Tell how busy the machine is before any job runs."""
    try:
        average = load_average(root / LOADAVG_PATH.relative_to("/"))
    except (OSError, ValueError, IndexError):
        yield Finding("load", "warning", "/proc/loadavg cannot be read", "", "mount /proc")
        return
    cpus = os.cpu_count() or 1
    told = f"{average:.2f} on {counted(cpus, 'CPU')} over the last minute"
    if average <= _BUSY_SHARE * cpus:
        yield Finding("load", "ok", told)
    else:
        meaning = "other work competes with the jobs"
        yield Finding("load", "warning", told, meaning, "stop it, or wait, before you measure")


def neighbours(root: Path) -> Iterator[Finding]:
    """Tell what others use of the jobs' CPUs now, and what threads that spin make of that."""
    topic = "CPUs of jobs"
    try:
        cpus = grant(None, None, None, root).cpus
        share = foreign_cpu_share_for(cpus, _LOOK_SECONDS, root / STAT_PATH.relative_to("/"))
    except PlumblineError:
        return  # the check of the pins tells
    except NoCpuTimesError as error:
        meaning = "whether others disturb a job is unknown"
        yield Finding(topic, "warning", str(error), meaning, "run where /proc/stat is the kernel's")
        return
    told = f"others use {100 * share:.0f} % of {named_cpus(cpus)} now"
    if share <= FOREIGN_CPU_SHARE_LIMIT:
        yield Finding(topic, "ok", f"{told}; if they were busy: {_SPINNING}")
    else:
        meaning = f"{_SPINNING}; jobs wait for quiet, and what is disturbed is measured again"
        yield Finding(topic, "warning", told, meaning, "stop the other work, or wait for its end")


def steal(root: Path) -> Iterator[Finding]:
    """Tell what share of its time the machine was kept waiting by its host."""
    try:
        times = cpu_times(root / STAT_PATH.relative_to("/"))
    except (OSError, ValueError, IndexError):
        yield Finding("steal", "warning", "/proc/stat cannot be read", "", "mount /proc")
        return
    share = times.steal / max(times.total, 1)
    told = f"{share:.1%} of all CPU time since boot"
    if share <= _STOLEN_SHARE:
        yield Finding("steal", "ok", told)
    else:
        meaning = "the host gives this virtual machine's CPU time to others"
        yield Finding("steal", "warning", told, meaning, "use a dedicated machine")
