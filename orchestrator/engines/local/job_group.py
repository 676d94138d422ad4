"""A control group of its own for a local job: its memory and time are told apart, it can be frozen.

It limits nothing: a local job's memory is limited by RLIMIT_DATA, whoever may make control groups.
"""

import itertools
import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from contract import environment
from host.cgroup import ControlGroup, GroupFolder, NoGroupError, own_group
from host.group_limits import cpu_quota_of, memory_limit_of

PREFIX = "plumbline"
"""How the names of these groups begin."""
_NUMBERS = itertools.count(1)


@dataclass(frozen=True)
class JobGroup:
    """A control group that a job shares with nobody; without folders, none.

    The job's supervisor puts the job in, and removes the group in the end.
    """

    variables: dict[str, str]
    """What the job has to know: the group's name, or why there is none."""
    folders: tuple[Path, ...] = ()
    """One per hierarchy."""


def make_job_group(own: ControlGroup | None = None) -> JobGroup:
    """Make a group below the orchestrator's own: what limits that one limits this too.

    Takes away those that dead orchestrators left.

    Args:
        own: The orchestrator's control group; None: the one that it is in.
    """
    try:
        return _make(_parents(own or own_group()))
    except NoGroupError as error:
        return JobGroup({environment.NO_JOB_GROUP: str(error)})


def _make(parents: list[Path]) -> JobGroup:
    number = next(_NUMBERS)
    name = f"{PREFIX}-{os.getpid()}-{number}"
    group = JobGroup({environment.JOB_GROUP: name}, tuple(parent / name for parent in parents))
    for folder in group.folders:
        _sweep(folder.parent, number)
        try:
            folder.mkdir()
        except OSError as error:
            for made in group.folders:
                remove_group(made)
            cause = f"{folder.parent}: {error.strerror}"
            raise NoGroupError(f"no control group can be made for the job in {cause}") from error
    return group


def _parents(own: ControlGroup) -> list[Path]:
    """Return the groups that the job's is made in, by hierarchy."""
    freezers = [own.freezer] if own.freezer else []
    folders = [own.memory, own.cpu, own.cpuacct, *freezers]
    old = [folder.path.resolve() for folder in folders if folder.version == 1]
    new = [_delegating(folder) for folder in folders[:1] if folder.version == 2]
    return list(dict.fromkeys(old + new))


def _delegating(own: GroupFolder) -> Path:
    """Return the nearest group of version 2 in which one can be made that counts memory.

    It is one around the orchestrator's: a group that holds processes delegates none. But it must
    not be beyond one that limits the orchestrator, or the job would escape.
    """
    for folder in own.lineage:
        control = folder / "cgroup.subtree_control"
        granted = control.read_text().split() if control.is_file() else []
        if "memory" in granted and os.access(folder / "cgroup.procs", os.W_OK):
            return folder
        if cpu_quota_of(folder) is not None or memory_limit_of(folder) is not None:
            raise NoGroupError(
                f"a control group for the job would be outside of {folder}, and escape its limits"
            )
    raise NoGroupError(
        "no control group that this user may write to delegates its memory controller; there is one"
        " for root, and under `systemd-run --user --scope`"
    )


def _sweep(parent: Path, number: int) -> None:
    """Take away empty groups that dead orchestrators left, before one of that number is made.

    Of this process's own, jobs may be about to enter those of lower numbers; the others are of an
    earlier process that had its number.
    """
    for left in parent.glob(f"{PREFIX}-*-*"):
        owner, made = map(int, left.name.split("-")[1:])
        is_dead = made >= number if owner == os.getpid() else not Path(f"/proc/{owner}").exists()
        if is_dead:
            remove_group(left)


def remove_group(folder: Path) -> None:
    """Remove a group; one that holds processes stays."""
    with suppress(OSError):
        folder.rmdir()
