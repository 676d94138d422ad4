"""Runs one job, and sees to it that nothing of it lives on: `python supervisor.py JOB`.

JOB is a `Command` as JSON. Every process that the job starts, however it detaches itself, becomes
this one's child when its own parent dies; so none can be missed. Standard input is a pipe whose
other end the orchestrator holds: when that closes, on purpose or because the orchestrator died, all
are killed. Once nothing is left, the job's exit code is printed: that of its first process,
negative for a signal. What the job prints itself goes to standard error.

Only the standard library is imported, and little of it: this is part of what a job costs.
"""

# ruff: noqa: PTH106, PTH123, PTH208 (pathlib takes as long to import as all of this takes to run)

import ctypes
import json
import os
import resource
import select
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import NamedTuple, NoReturn

_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36
_CANNOT_START = 127
_OOM_SCORE = "500"
"""As if it used half of the machine's memory more than it does (proc(5))."""


THAWED = {"cgroup.freeze": "0", "freezer.state": "THAWED"}
"""What to write, by the file of a control group, so that its frozen processes go on."""


class Command(NamedTuple):
    """What to run, and its limits."""

    command: list[str]
    cpus: list[int]
    memory_bytes: int
    """Private memory of each process (RLIMIT_DATA)."""
    file_bytes: int
    """Size of any file that is written (RLIMIT_FSIZE)."""
    groups: Sequence[str] = ()
    """Folders of the control group that the job gets for itself; empty, and removed in the end."""


def main() -> None:
    """Run the job that the arguments describe."""
    _prctl(_PR_SET_CHILD_SUBREAPER, 1)
    supervisor = os.getpid()
    job = Command(**json.loads(sys.argv[1]))
    process = os.fork()
    if process == 0:
        _become(job, supervisor)
    _await_end(process)
    _kill_group(process)
    _thaw(job.groups)
    _, status = os.waitpid(process, 0)
    _end_the_rest()
    _remove(job.groups)
    print(os.waitstatus_to_exitcode(status), flush=True)


def _become(job: Command, supervisor: int) -> NoReturn:
    """Turn this process into the job; it dies with its supervisor, should that be killed."""
    try:
        os.setsid()
        _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != supervisor:
            os._exit(_CANNOT_START)
        _join(job.groups)
        _be_killed_first()
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(2, 1)
        os.sched_setaffinity(0, job.cpus)
        _limit(resource.RLIMIT_CORE, 0)
        _limit(resource.RLIMIT_FSIZE, job.file_bytes)
        _limit(resource.RLIMIT_DATA, job.memory_bytes)
        os.execv(job.command[0], job.command)
    except (OSError, ValueError) as error:
        print(f"the job cannot be started: {error}", file=sys.stderr, flush=True)
    os._exit(_CANNOT_START)


def _limit(what: int, most: int) -> None:
    """Set a limit, or keep a hard one that is tighter: only a privileged process may raise it."""
    _, hard = resource.getrlimit(what)
    limit = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(what, (limit, limit))


def _join(groups: Sequence[str]) -> None:
    """Enter the control group; where that is forbidden, the job's result will say so."""
    for group in groups:
        with suppress(OSError), open(f"{group}/cgroup.procs", "w") as members:
            members.write("0")


def _be_killed_first() -> None:
    """Let the kernel, should memory run out, kill the job before the orchestrator."""
    with suppress(OSError), open("/proc/self/oom_score_adj", "w") as score:
        score.write(_OOM_SCORE)


def _remove(groups: Sequence[str]) -> None:
    """Remove the empty control group; one that stays is swept up by the next job."""
    for group in groups:
        with suppress(OSError):
            os.rmdir(group)


def _await_end(process: int) -> None:
    """Return when the process has ended, or the orchestrator wants it to end, or is gone itself."""
    descriptor = os.pidfd_open(process)
    select.select([descriptor, sys.stdin], [], [])
    os.close(descriptor)


def _kill_group(process: int) -> None:
    try:
        os.killpg(process, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        os.kill(process, signal.SIGKILL)


def _thaw(groups: Sequence[str]) -> None:
    """Let the job go on to its death: what version 1 of control groups froze dies no earlier."""
    for group in groups:
        for name, word in THAWED.items():
            with suppress(OSError), open(f"{group}/{name}", "r+") as state:
                state.write(word)


def _end_the_rest() -> None:
    """Kill what left the job's group, and wait until all of it is gone."""
    while True:
        for child in _children():
            os.kill(child, signal.SIGKILL)
        try:
            os.waitpid(-1, 0)
        except ChildProcessError:
            return


def _children() -> list[int]:
    own = str(os.getpid())
    return [int(pid) for pid in filter(str.isdigit, os.listdir("/proc")) if _parent(pid) == own]


def _parent(pid: str) -> str:
    """Return a process's parent; "" where it is gone."""
    try:
        with open(f"/proc/{pid}/stat") as file:
            # After the name in brackets, which may hold anything, come state and parent (proc(5)).
            return file.read().rpartition(")")[2].split()[1]
    except OSError:
        return ""


def _prctl(option: int, value: int) -> None:
    if ctypes.CDLL(None, use_errno=True).prctl(option, value, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), f"prctl({option})")


if __name__ == "__main__":
    main()
