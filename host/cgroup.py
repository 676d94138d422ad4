"""Control groups, version 1 or 2, by controller: where this process is, and what is around it.

A machine may have both versions, and a container may see only its own part of each hierarchy: the
kernel's list of mounts tells which.
"""

import os
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Literal, NamedTuple

ROOT = Path("/")
"""Above /proc and /sys; tests have trees of their own."""
_UNIFIED = ""
"""Stands for the one hierarchy of version 2, where /proc names no controller."""
_PEAKS = ("memory.peak", "memory.max_usage_in_bytes")


class NoGroupError(Exception):
    """There is no control group of the job's own; the message says why."""


@dataclass(frozen=True)
class GroupFolder:
    """A control group in the hierarchy of one controller."""

    version: Literal[1, 2]
    path: Path
    top: Path
    """The outermost group that can be seen from here: the root, or a container's own."""

    @property
    def lineage(self) -> tuple[Path, ...]:
        """The group and all around it, innermost first: what limits one of them limits it too."""
        groups = (self.path, *self.path.parents)
        return groups[: groups.index(self.top) + 1]


@dataclass(frozen=True)
class ControlGroup:
    """A control group; in version 2 its folders are one."""

    memory: GroupFolder
    cpu: GroupFolder
    """With `cpu.stat`."""
    cpuacct: GroupFolder
    """With `cpuacct.usage`, in version 1."""
    freezer: GroupFolder | None = None
    """With `freezer.state` in version 1, `cgroup.freeze` in version 2; None where there is none."""

    def peak_memory_bytes(self) -> int | None:
        """Return the kernel's own peak, page cache included; None before Linux 5.19, version 2."""
        paths = (self.memory.path / name for name in _PEAKS)
        return next((int(path.read_text()) for path in paths if path.is_file()), None)


def own_group(root: Path = ROOT) -> ControlGroup:
    """Return the control group of this process.

    Raises:
        NoGroupError: a controller's control groups are not mounted.
    """
    memory, cpu, cpuacct = (group_folder(name, root) for name in ("memory", "cpu", "cpuacct"))
    return ControlGroup(memory, cpu, cpuacct, _freezer(root))


def group_folder(controller: str, root: Path = ROOT, process: str = "self") -> GroupFolder:
    """Return the group that a process is in, in the hierarchy of a controller.

    Args:
        controller: Its name.
        root: Folder that /proc and /sys lie in.
        process: Its number; `self` for this one.

    Raises:
        NoGroupError: the kernel has no control groups, or this controller's are not mounted.
    """
    paths = _memberships(root, process)
    mounts = _mounts(root)
    by_version: dict[Literal[1, 2], str] = {1: controller, 2: _UNIFIED}
    for version, name in by_version.items():
        for mount in mounts:
            if name in mount.controllers and name in paths and mount.point.is_dir():
                return GroupFolder(version, _folder(mount, paths[name], process), mount.point)
    raise NoGroupError(f"no control groups are mounted that have the controller `{controller}`")


def _freezer(root: Path) -> GroupFolder | None:
    try:
        return group_folder("freezer", root)
    except NoGroupError:
        return None


class _Mount(NamedTuple):
    controllers: tuple[str, ...]
    group: str
    """The group that is seen at `point`: "/", or a container's own; "/.." from a namespace."""
    point: Path


def _memberships(root: Path, process: str) -> dict[str, str]:
    """Return the group of a process by controller, from lines `number:controllers:path`."""
    paths: dict[str, str] = {}
    membership = root / "proc" / process / "cgroup"
    try:
        lines = membership.read_text().splitlines()
    except OSError as error:
        raise NoGroupError(f"{membership}: {error.strerror}") from error
    for line in lines:
        _, controllers, path = line.split(":", 2)
        paths |= dict.fromkeys(controllers.split(","), path)
    return paths


def _mounts(root: Path) -> list[_Mount]:
    """Return where hierarchies are mounted (proc(5), mountinfo)."""
    mounts: dict[str, _Mount] = {}
    for line in (root / "proc/self/mountinfo").read_text().splitlines():
        where, what = line.split(" - ", 1)
        group, point = where.split()[3:5]
        kind, _, options = what.split()[:3]
        # What was mounted there before is hidden.
        mounts.pop(point, None)
        if kind in ("cgroup", "cgroup2"):
            controllers = (_UNIFIED,) if kind == "cgroup2" else tuple(options.split(","))
            mounts[point] = _Mount(controllers, group, root / point.lstrip("/"))
    return list(mounts.values())


def _folder(mount: _Mount, path: str, process: str) -> Path:
    """Return the folder of a group; of the outermost that is seen, where its own is not."""
    if set(PurePosixPath(mount.group).parts[1:]) == {".."}:
        return _folder_of_member(mount, path, process)
    if not PurePosixPath(path).is_relative_to(mount.group):
        return mount.point
    found = mount.point / PurePosixPath(path).relative_to(mount.group)
    return found if found.is_dir() else mount.point


def _folder_of_member(mount: _Mount, path: str, process: str) -> Path:
    """Look for a process where names are unknown: the mount is from outside its namespace."""
    depth = len(PurePosixPath(mount.group).parts) - 1
    pattern = "/".join([*"*" * depth, *PurePosixPath(path).parts[1:], "cgroup.procs"])
    number = str(os.getpid()) if process == "self" else process
    for members in mount.point.glob(pattern):
        if number in members.read_text().split():
            return members.parent
    return mount.point
