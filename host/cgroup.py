"""Control groups, version 1 or 2: the job's own, and the limit that a container's sets."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from contract import environment

_ROOT = Path("/sys/fs/cgroup")
_MEMBERSHIP = Path("/proc/self/cgroup")
_LIMITS = ("memory.max", "memory/memory.limit_in_bytes")
_PEAKS = ("memory.peak", "memory.max_usage_in_bytes")
_NO_LIMIT_BYTES = 2**60
"""Version 1 writes "no limit" as a number near 2**63."""
_UNIFIED = ""
"""Stands for the one hierarchy of version 2, where /proc names no controller."""


class NoGroupError(Exception):
    """There is no control group of the job's own; the message says why."""


@dataclass(frozen=True)
class ControlGroup:
    """A control group: its folder by controller; in version 2 all are one."""

    version: Literal[1, 2]
    memory: Path
    cpu: Path
    """With `cpu.stat`."""
    cpuacct: Path
    """With `cpuacct.usage`, in version 1."""

    def peak_memory_bytes(self) -> int | None:
        """Return the kernel's own peak, page cache included; None before Linux 5.19, version 2."""
        paths = (self.memory / name for name in _PEAKS)
        return next((int(path.read_text()) for path in paths if path.is_file()), None)


def memory_limit_bytes(root: Path = _ROOT) -> int | None:
    """Return the limit of the container that this is; None where it has none, or is no container.

    A container sees its own group as the root.
    """
    paths = (root / name for name in _LIMITS)
    text = next((path.read_text().strip() for path in paths if path.is_file()), "max")
    return None if text == "max" or int(text) >= _NO_LIMIT_BYTES else int(text)


def job_group(
    variables: Mapping[str, str] = os.environ, root: Path = _ROOT, membership: Path = _MEMBERSHIP
) -> ControlGroup:
    """Return the control group that holds this job and nothing else.

    An engine that makes groups says by a variable which, or why none. Where no engine speaks, a
    container with a memory limit is taken for one that was made for this job.

    Raises:
        NoGroupError: there is none, or none that is the job's alone.
    """
    if environment.NO_JOB_GROUP in variables:
        raise NoGroupError(variables[environment.NO_JOB_GROUP])
    group = own_group(root, membership)
    name = variables.get(environment.JOB_GROUP)
    if name is not None and group.memory.name != name:
        raise NoGroupError(f"the job is in control group {group.memory}, not in {name}")
    if name is None and memory_limit_bytes(root) is None:
        raise NoGroupError("no container with a memory limit, and no engine made a control group")
    return group


def own_group(root: Path = _ROOT, membership: Path = _MEMBERSHIP) -> ControlGroup:
    """Return the control group of this process, from lines `number:controllers:path`.

    Raises:
        NoGroupError: the kernel has no control groups, or none are mounted at `root`.
    """
    paths: dict[str, str] = {}
    try:
        lines = membership.read_text().splitlines()
    except OSError as error:
        raise NoGroupError(f"{membership}: {error.strerror}") from error
    for line in lines:
        _, controllers, path = line.split(":", 2)
        paths |= dict.fromkeys(controllers.split(","), path)
    if "memory" in paths:
        folders = {name: _folder(root / name, paths.get(name, "/")) for name in _CONTROLLERS}
        version: Literal[1, 2] = 1
    else:
        folders = dict.fromkeys(_CONTROLLERS, _folder(root, paths.get(_UNIFIED, "/")))
        version = 2
    if not folders["memory"].is_dir():
        raise NoGroupError(f"no control groups at {root}")
    return ControlGroup(version, **folders)


_CONTROLLERS = ("memory", "cpu", "cpuacct")


def _folder(hierarchy: Path, path: str) -> Path:
    """Return the group's folder; the hierarchy's root where a container sees no other."""
    found = hierarchy / path.lstrip("/")
    return found if found.is_dir() else hierarchy
