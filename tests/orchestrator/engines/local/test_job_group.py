"""A local job gets a control group of its own where that is permitted, else the reason."""

import os
import signal
import sys
from dataclasses import replace

import pytest

from contract import environment
from contract.names import LOG_NAME
from host.cgroup import ControlGroup, GroupFolder
from orchestrator.engines.local.job_group import make_job_group
from orchestrator.engines.local.process import SupervisedProcess
from orchestrator.engines.local.supervisor import Command

DEAD = 2**22 + 1
"""Beyond the largest process number that Linux gives."""
NAMESAKES = f"{os.getpid()}-1000000"
"""Of a dead process that had the number of this one."""


def version_1(*folders):
    """Make up a group of version 1 from its folders for memory, cpu and cpuacct."""
    return ControlGroup(*(GroupFolder(1, folder, folder) for folder in folders))


def unified(root, **granted):
    """Make up groups of version 2, from the root inwards, each granting what is told by name."""
    folder = root
    for name in ("", *granted):
        folder = folder / name
        folder.mkdir(exist_ok=True)
        (folder / "cgroup.subtree_control").write_text(granted.get(name, ""))
        (folder / "cgroup.procs").write_text("")
    own = GroupFolder(2, folder, root)
    return ControlGroup(own, own, own)


def test_version_1_gets_a_folder_in_every_hierarchy(tmp_path):
    folders = [tmp_path / name for name in ("memory", "cpu", "cpuacct")]
    for folder in folders:
        folder.mkdir()

    group = make_job_group(version_1(*folders))

    assert [folder.parent for folder in group.folders] == folders
    assert {folder.name for folder in group.folders} == {group.variables[environment.JOB_GROUP]}
    assert all(folder.is_dir() for folder in group.folders)


def test_version_1_gets_a_folder_that_freezes_where_there_is_a_freezer(tmp_path):
    folders = [tmp_path / name for name in ("memory", "cpu", "cpuacct", "freezer")]
    for folder in folders:
        folder.mkdir()
    *counting, freezer = folders

    own = replace(version_1(*counting), freezer=GroupFolder(1, freezer, freezer))

    assert [folder.parent for folder in make_job_group(own).folders] == folders


def test_hierarchies_that_are_mounted_together_get_one_folder(tmp_path):
    for name in ("memory", "cpu,cpuacct"):
        (tmp_path / name).mkdir()
    for name in ("cpu", "cpuacct"):
        (tmp_path / name).symlink_to("cpu,cpuacct")

    group = make_job_group(version_1(*(tmp_path / name for name in ("memory", "cpu", "cpuacct"))))

    assert len(group.folders) == 2


def test_version_2_uses_the_nearest_group_that_hands_memory_on(tmp_path):
    own = unified(tmp_path, slice="cpu memory pids", app="memory", scope="")

    group = make_job_group(own)

    assert [folder.parent for folder in group.folders] == [tmp_path / "slice" / "app"]


def test_where_no_group_hands_memory_on_the_job_is_told_why(tmp_path):
    group = make_job_group(unified(tmp_path, slice="cpu pids", scope=""))

    assert group.folders == ()
    assert "systemd-run --user --scope" in group.variables[environment.NO_JOB_GROUP]


@pytest.mark.parametrize("limit", ["cpu.max", "memory.max"])
def test_no_group_is_made_where_the_job_would_escape_a_limit(tmp_path, limit):
    """As under `systemd-run --scope --property=CPUQuota=30%`."""
    own = unified(tmp_path, slice="cpu memory", scope="")
    values = {"cpu.max": "30000 100000", "memory.max": "1073741824"}
    (own.memory.path / limit).write_text(values[limit])

    group = make_job_group(own)

    assert group.folders == ()
    assert "escape its limits" in group.variables[environment.NO_JOB_GROUP]


def test_where_no_group_can_be_made_the_job_is_told_why(tmp_path):
    blocked = tmp_path / "a file"
    blocked.write_text("")

    group = make_job_group(version_1(blocked, blocked, blocked))

    assert "no control group can be made" in group.variables[environment.NO_JOB_GROUP]


def test_groups_of_dead_orchestrators_go_and_those_of_living_ones_stay(tmp_path):
    dead, living, namesake = (
        tmp_path / f"plumbline-{name}" for name in (f"{DEAD}-1", f"{os.getppid()}-1", NAMESAKES)
    )
    for folder in (dead, living, namesake):
        folder.mkdir()

    make_job_group(version_1(tmp_path, tmp_path, tmp_path))

    assert (dead.exists(), living.exists(), namesake.exists()) == (False, True, False)


def test_a_group_that_a_job_is_about_to_enter_stays(tmp_path):
    """Jobs that take turns start side by side."""
    first = make_job_group(version_1(tmp_path, tmp_path, tmp_path))

    second = make_job_group(version_1(tmp_path, tmp_path, tmp_path))

    assert first.folders[0].exists()
    assert second.folders[0].exists()


WHERE = "import sys; print(open('/proc/self/cgroup').read(), flush=True); sys.exit(7)"
HANGS = "import time; time.sleep(600)"


@pytest.fixture
def started(tmp_path):
    """Start a real program in a group of its own; return both."""

    def start(program):
        group = make_job_group()
        folders = [str(folder) for folder in group.folders]
        job = Command([sys.executable, "-c", program], [0], 2**32, 2**20, folders)
        return group, SupervisedProcess(job, tmp_path, {}, "nobody's")

    return start


@pytest.mark.environment
def test_a_real_job_lives_in_its_group_and_the_group_goes_with_it(started, tmp_path):
    group, process = started(WHERE)

    assert process.wait(60) == 7
    process.close()
    name = group.variables.get(environment.JOB_GROUP)
    seen = (tmp_path / LOG_NAME).read_text()
    assert (f"/{name}\n" in seen) if name else group.variables[environment.NO_JOB_GROUP]
    assert not any(folder.exists() for folder in group.folders)


@pytest.mark.environment
def test_the_group_of_a_job_that_is_killed_goes_too(started):
    group, process = started(HANGS)

    process.kill()
    process.close()

    assert not any(folder.exists() for folder in group.folders)


@pytest.mark.environment
def test_the_group_of_a_job_whose_supervisor_was_killed_goes_too(started):
    group, process = started(HANGS)

    os.kill(process._supervisor.pid, signal.SIGKILL)

    assert process.wait(60) == -signal.SIGKILL
    process.close()
    assert not any(folder.exists() for folder in group.folders)
