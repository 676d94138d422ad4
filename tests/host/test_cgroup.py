"""A process finds its control groups, and those around them, in machines and containers."""

import os

import pytest

from host.cgroup import NoGroupError, group_folder, own_group
from tests.host.machine_tree import HYBRID, UNIFIED, V1, groups, write_files

SYS = "sys/fs/cgroup"


def test_version_1_has_a_folder_per_controller(tmp_path):
    together = "cgroup cgroup rw,cpu,cpuacct"
    mounts = {"memory": V1["memory"], "cpu,cpuacct": together}
    files = {"memory/a/b/memory.stat": "", "cpu,cpuacct/c/cpu.stat": ""}
    membership = ["4:memory:/a/b", "3:cpu,cpuacct:/c", "0::/"]

    group = own_group(groups(tmp_path, membership, files, mounts))

    assert group.memory.version == 1
    assert group.memory.path == tmp_path / SYS / "memory/a/b"
    assert group.cpu == group.cpuacct
    assert group.cpu.path == tmp_path / SYS / "cpu,cpuacct/c"


def test_version_2_has_one_folder(tmp_path):
    group = own_group(groups(tmp_path, ["0::/a/b"], {"a/b/memory.stat": ""}))

    assert group.memory.version == 2
    assert {group.memory, group.cpu, group.cpuacct} == {group.memory}
    assert group.memory.path == tmp_path / SYS / "a/b"


def test_a_hybrid_machine_has_its_controllers_in_version_1(tmp_path):
    membership = ["4:memory:/m", "3:cpu:/c", "2:cpuacct:/c", "0::/scope"]
    files = {"memory/m/x": "", "cpu/c/x": "", "cpuacct/c/x": "", "unified/scope/x": ""}

    group = own_group(groups(tmp_path, membership, files, HYBRID))

    assert (group.memory.version, group.memory.path) == (1, tmp_path / SYS / "memory/m")
    assert (group.cpu.version, group.cpu.path) == (1, tmp_path / SYS / "cpu/c")


def test_a_freezer_is_found_where_there_is_one(tmp_path):
    membership = ["5:freezer:/f", "4:memory:/m", "3:cpu:/c", "2:cpuacct:/c"]
    files = {"memory/m/x": "", "cpu/c/x": "", "cpuacct/c/x": "", "freezer/f/x": ""}
    mounts = V1 | {"freezer": "cgroup cgroup rw,freezer"}

    found = own_group(groups(tmp_path / "with", membership, files, mounts)).freezer
    without = own_group(groups(tmp_path / "without", membership[1:], files, V1)).freezer

    assert (found.version, found.path) == (1, tmp_path / "with" / SYS / "freezer/f")
    assert without is None


def test_the_group_of_another_process_is_found_too(tmp_path):
    root = groups(tmp_path, ["0::/own"], {"own/x": "", "other/x": ""})
    write_files(root, {"proc/77/cgroup": "0::/other"})

    assert group_folder("freezer", root, "77").path == tmp_path / SYS / "other"


def test_each_controller_may_have_a_version_of_its_own(tmp_path):
    membership = ["3:cpu:/c", "2:cpuacct:/c", "0::/scope"]
    mounts = {name: HYBRID[name] for name in ("cpu", "cpuacct", "unified")}
    files = {"cpu/c/x": "", "cpuacct/c/x": "", "unified/scope/x": ""}

    group = own_group(groups(tmp_path, membership, files, mounts))

    assert (group.memory.version, group.cpu.version) == (2, 1)
    assert group.memory.path == tmp_path / SYS / "unified/scope"


def test_the_lineage_goes_from_the_group_itself_to_the_outermost(tmp_path):
    folder = group_folder("memory", groups(tmp_path, ["0::/a/b"], {"a/b/x": ""}))

    root = tmp_path / SYS
    assert folder.lineage == (root / "a/b", root / "a", root)


def test_a_kernel_without_control_groups_is_the_reason(tmp_path):
    with pytest.raises(NoGroupError, match="cgroup: No such file"):
        own_group(tmp_path)


@pytest.mark.parametrize(
    ("membership", "seen"),
    [
        ("/", "/"),
        ("/docker/0123", "/docker/0123"),
        ("/docker/0123", "/"),
        ("/../outside", "/"),
        ("/docker/0123", "/docker/0"),
    ],
    ids=["namespace", "mounted without one", "name not seen", "moved outside", "another's"],
)
def test_a_container_that_sees_one_group_alone_is_in_that(tmp_path, membership, seen):
    root = groups(tmp_path, [f"0::{membership}"], {"memory.max": "1"}, seen=seen)

    folder = group_folder("memory", root)

    assert folder.lineage == (tmp_path / SYS,)


def test_below_a_containers_own_group_names_are_those_it_sees(tmp_path):
    files = {"inner/memory.max": "1"}

    root = groups(tmp_path, ["0::/docker/0123/inner"], files, seen="/docker/0123")

    assert group_folder("memory", root).path == tmp_path / SYS / "inner"


def test_a_namespace_that_sees_mounts_from_outside_finds_its_group_by_its_members(tmp_path):
    """After `unshare --cgroup`, or with the host's /sys/fs/cgroup mounted into a container."""
    own, other = f"1\n{os.getpid()}", "1"
    files = {"docker/other/cgroup.procs": other, "docker/own/cgroup.procs": own}

    root = groups(tmp_path, ["0::/"], files, seen="/../..")

    assert group_folder("memory", root).path == tmp_path / SYS / "docker/own"


def test_what_was_mounted_over_is_not_looked_at(tmp_path):
    root = groups(tmp_path, ["4:memory:/", "0::/"], {}, UNIFIED | {"memory": V1["memory"]})
    with (root / "proc/self/mountinfo").open("a") as mounts:
        mounts.write("99 31 0:99 / /sys/fs/cgroup/memory rw - tmpfs tmpfs rw\n")

    assert group_folder("memory", root).version == 2


def test_without_control_groups_there_is_no_group(tmp_path):
    root = groups(tmp_path, ["0::/"], {}, mounts={})

    with pytest.raises(NoGroupError, match=r"no control groups are mounted that have .*`memory`"):
        own_group(root)


@pytest.mark.parametrize(
    ("membership", "files", "mounts", "peak"),
    [
        (["4:memory:/", "3:cpu:/", "2:cpuacct:/"], "memory/memory.max_usage_in_bytes", V1, 77),
        (["0::/"], "memory.peak", UNIFIED, 77),
        (["0::/"], "memory.current", UNIFIED, None),
    ],
    ids=["v1", "v2", "v2 before 5.19"],
)
def test_the_kernels_own_peak_is_read(tmp_path, membership, files, mounts, peak):
    root = groups(tmp_path, membership, {files: "77"}, mounts)

    assert own_group(root).peak_memory_bytes() == peak


@pytest.mark.environment
def test_this_machine_tells_the_group_of_this_process():
    group = own_group()

    processes = (group.memory.path / "cgroup.procs").read_text().split()
    assert str(os.getpid()) in processes
