"""Ends what an orchestrator left behind: processes and containers that carry its folder's mark."""

import time
from contextlib import suppress

import psutil
from docker.errors import NotFound

from contract.environment import OUTPUT
from host.cgroup import NoGroupError, group_folder
from orchestrator.engines.docker.engine import answering_engine, connected, remove
from orchestrator.engines.docker.errors import DOCKER_ERRORS, explained
from orchestrator.engines.local.job_group import PREFIX
from orchestrator.engines.local.supervisor import THAWED
from orchestrator.errors import PlumblineError

OUTPUT_LABEL = "plumbline.output"
_GONE_SECONDS = 30.0
_LOOK_SECONDS = 0.02
_CLEAN_LOOKS = 3
"""In a row: a process that is just becoming another program (exec) has no variables to be seen."""


def end_processes(output_id: str) -> int:
    """Kill every process that carries the mark; return how many were, when none is left.

    Raises:
        PlumblineError: one would not end.
    """
    ended: set[int] = set()
    clean_looks = 0
    deadline = time.monotonic() + _GONE_SECONDS
    while clean_looks < _CLEAN_LOOKS:
        found = marked_processes(output_id)
        clean_looks = 0 if found else clean_looks + 1
        pids = {process.pid for process in found}
        if pids and time.monotonic() > deadline:
            listed = ", ".join(map(str, sorted(pids)))
            raise PlumblineError(f"processes of an earlier run do not end: {listed}", "kill them")
        for process in found:
            with suppress(psutil.NoSuchProcess):
                process.kill()
                _thaw(process)
        ended |= pids
        time.sleep(_LOOK_SECONDS)
    return len(ended)


def marked_processes(output_id: str) -> list[psutil.Process]:
    """Return the living processes whose environment carries the mark, whoever their parent is."""
    return [process for process in psutil.process_iter() if _mark(process) == output_id]


def end_containers(output_id: str) -> int:
    """Remove every container that carries the mark, where an engine answers; return how many.

    Raises:
        PlumblineError: one cannot be removed.
    """
    try:
        url = answering_engine().url
    except PlumblineError:
        return 0
    return end_labelled(url, f"{OUTPUT_LABEL}={output_id}")


def end_labelled(url: str, label: str) -> int:
    """Remove every container of an engine that has a label; return how many; see above."""
    try:
        client = connected(url)
    except DOCKER_ERRORS:
        return 0
    with explained("containers of an earlier run cannot be removed"):
        found = client.containers.list(all=True, filters={"label": label}, ignore_removed=True)
        for container in found:
            with suppress(NotFound):
                remove(container)
    return len(found)


def _thaw(process: psutil.Process) -> None:
    """Let a killed process go on to its death: what version 1 of control groups froze has to."""
    with suppress(NoGroupError, OSError):
        group = group_folder("freezer", process=str(process.pid)).path
        if group.name.startswith(f"{PREFIX}-"):
            (group / "freezer.state").write_text(THAWED["freezer.state"])


def _mark(process: psutil.Process) -> str | None:
    try:
        return process.environ().get(OUTPUT)
    except (psutil.Error, OSError):
        return None
