"""Freezes a local job whole: by its own control group, else by stopping every process of it."""

import signal
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import psutil

from orchestrator.engines.local.supervisor import THAWED
from orchestrator.errors import PlumblineError

_SETTLED_SECONDS = 10.0
_LOOK_SECONDS = 0.001
_AT_REST = (psutil.STATUS_STOPPED, psutil.STATUS_ZOMBIE, psutil.STATUS_DEAD)


class _Words(NamedTuple):
    """How a freezer is ordered to freeze, and where it says that all is frozen."""

    frozen: str
    told_in: str
    told: str


_WORDS = {
    "cgroup.freeze": _Words("1", "cgroup.events", "frozen 1"),
    "freezer.state": _Words("FROZEN", "freezer.state", "FROZEN"),
}
"""By the file of a group, of version 2 and 1 (kernel documentation, cgroup-v2, freezer-subsystem).
"""


def freeze(groups: Sequence[Path], supervisor: int) -> None:
    """Return when nothing of the job runs.

    Args:
        groups: Folders of the job's own control group; empty where it has none.
        supervisor: Number of the process that all of the job descends from.

    Raises:
        PlumblineError: something of it runs on.
    """
    switch = _switch(groups)
    if switch is None:
        _stop(supervisor)
        return
    words = _WORDS[switch.name]
    switch.write_text(words.frozen)
    deadline = time.monotonic() + _SETTLED_SECONDS
    while words.told not in (switch.parent / words.told_in).read_text().splitlines():
        _settle(deadline)


def thaw(groups: Sequence[Path], supervisor: int) -> None:
    """Let the job go on, however it was frozen."""
    switch = _switch(groups)
    if switch is not None:
        switch.write_text(THAWED[switch.name])
        return
    for process in _processes(supervisor):
        with suppress(psutil.NoSuchProcess):
            process.send_signal(signal.SIGCONT)


def _switch(groups: Sequence[Path]) -> Path | None:
    """Return the file that freezes a group; None where none has one and the job in it."""
    files = (group / name for group in groups for name in _WORDS)
    return next((file for file in files if file.is_file() and _is_populated(file.parent)), None)


def _is_populated(group: Path) -> bool:
    return bool((group / "cgroup.procs").read_text())


def _stop(supervisor: int) -> None:
    """Stop every process, until there is none that was started meanwhile."""
    deadline = time.monotonic() + _SETTLED_SECONDS
    while running := [process for process in _processes(supervisor) if _runs(process)]:
        for process in running:
            with suppress(psutil.NoSuchProcess):
                process.send_signal(signal.SIGSTOP)
        _settle(deadline)


def _processes(supervisor: int) -> list[psutil.Process]:
    try:
        return psutil.Process(supervisor).children(recursive=True)
    except psutil.NoSuchProcess:
        return []


def _runs(process: psutil.Process) -> bool:
    try:
        return process.status() not in _AT_REST
    except psutil.NoSuchProcess:
        return False


def _settle(deadline: float) -> None:
    if time.monotonic() > deadline:
        raise PlumblineError(
            f"it did not freeze within {_SETTLED_SECONDS:.0f} s",
            "see whether it waits for a disk that does not answer",
        )
    time.sleep(_LOOK_SECONDS)
