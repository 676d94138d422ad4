"""The control group that holds a job and nothing else."""

import os
from collections.abc import Mapping
from pathlib import Path

from contract import environment
from host.cgroup import ROOT, ControlGroup, NoGroupError, own_group
from host.group_limits import memory_limit_of


def job_group(variables: Mapping[str, str] = os.environ, root: Path = ROOT) -> ControlGroup:
    """Return the control group that holds this job and nothing else.

    An engine that makes groups says by a variable which, or why none. Where no engine speaks, a
    container with a memory limit is taken for one that was made for this job: it sees its own group
    as the outermost.

    Raises:
        NoGroupError: there is none, or none that is the job's alone.
    """
    if environment.NO_JOB_GROUP in variables:
        raise NoGroupError(variables[environment.NO_JOB_GROUP])
    group = own_group(root)
    name = variables.get(environment.JOB_GROUP)
    for folder in (group.memory, group.cpuacct):
        if name is not None and folder.path.name != name:
            raise NoGroupError(f"the job is in control group {folder.path}, not in {name}")
    if name is None and memory_limit_of(group.memory.top) is None:
        raise NoGroupError("no container with a memory limit, and no engine made a control group")
    return group
