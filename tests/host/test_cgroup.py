"""Control groups of both versions are found and read, in trees made up for it."""

import os

import pytest

from contract import environment
from host.cgroup import NoGroupError, job_group, memory_limit_bytes, own_group

LIMITED = {"memory/memory.limit_in_bytes": "2097152\n"}
UNLIMITED = {"memory/memory.limit_in_bytes": "9223372036854771712\n"}


@pytest.fixture
def tree(tmp_path):
    """Write files below a made-up /sys/fs/cgroup; return its root and a /proc/self/cgroup."""

    def make(files, membership):
        for name, text in files.items():
            path = tmp_path / "sys" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        (tmp_path / "cgroup").write_text(membership)
        return tmp_path / "sys", tmp_path / "cgroup"

    return make


@pytest.mark.parametrize(
    ("files", "limit"),
    [
        ({"memory.max": "1048576\n"}, 1048576),
        ({"memory.max": "max\n"}, None),
        (LIMITED, 2097152),
        (UNLIMITED, None),
        ({}, None),
    ],
    ids=["v2", "v2 without limit", "v1", "v1 without limit", "none"],
)
def test_a_containers_limit_is_that_of_the_root_it_sees(tree, files, limit):
    root, _ = tree(files, "")

    assert memory_limit_bytes(root) == limit


def test_version_1_has_a_folder_per_controller(tree):
    files = {"memory/a/b/memory.stat": "", "cpu,cpuacct/c/cpu.stat": ""}
    root, membership = tree(files, "4:memory:/a/b\n3:cpu,cpuacct:/c\n0::/\n")
    for name in ("cpu", "cpuacct"):
        (root / name).symlink_to("cpu,cpuacct")

    group = own_group(root, membership)

    assert (group.version, group.memory) == (1, root / "memory/a/b")
    assert (group.cpu, group.cpuacct) == (root / "cpu/c", root / "cpuacct/c")


def test_version_2_has_one_folder(tree):
    root, membership = tree({"a/b/memory.stat": ""}, "0::/a/b\n")

    group = own_group(root, membership)

    assert group.version == 2
    assert {group.memory, group.cpu, group.cpuacct} == {root / "a/b"}


def test_a_container_whose_group_is_not_mounted_by_its_path_sees_it_as_the_root(tree):
    root, membership = tree({"memory/memory.stat": ""}, "4:memory:/docker/0123\n")

    assert own_group(root, membership).memory == root / "memory"


def test_without_control_groups_there_is_no_group(tree):
    _, membership = tree({}, "0::/\n")

    with pytest.raises(NoGroupError, match="no control groups at"):
        own_group(membership.parent / "nowhere", membership)


def test_a_kernel_without_control_groups_is_the_reason(tmp_path):
    with pytest.raises(NoGroupError, match="cgroup: No such file"):
        own_group(tmp_path, tmp_path / "cgroup")


@pytest.mark.parametrize(
    ("files", "membership", "peak"),
    [
        ({"memory/memory.max_usage_in_bytes": "77\n"}, "4:memory:/\n", 77),
        ({"memory.peak": "78\n"}, "0::/\n", 78),
        ({"memory.current": "79\n"}, "0::/\n", None),
    ],
    ids=["v1", "v2", "v2 before 5.19"],
)
def test_the_kernels_own_peak_is_read(tree, files, membership, peak):
    assert own_group(*tree(files, membership)).peak_memory_bytes() == peak


def test_a_limited_container_is_the_jobs_own_group(tree):
    root, membership = tree(LIMITED, "4:memory:/docker/0123\n")

    assert job_group({}, root, membership).memory == root / "memory"


def test_a_group_without_limit_may_hold_anything(tree):
    root, membership = tree(UNLIMITED, "4:memory:/\n")

    with pytest.raises(NoGroupError, match="no container with a memory limit"):
        job_group({}, root, membership)


def test_the_group_that_an_engine_made_is_the_jobs_own(tree):
    root, membership = tree(
        UNLIMITED | {"memory/user/plumbline-7-1/memory.stat": ""},
        "4:memory:/user/plumbline-7-1\n",
    )

    group = job_group({environment.JOB_GROUP: "plumbline-7-1"}, root, membership)

    assert group.memory == root / "memory/user/plumbline-7-1"


def test_a_job_that_is_not_in_the_group_made_for_it_says_so(tree):
    root, membership = tree(UNLIMITED, "4:memory:/\n")

    with pytest.raises(NoGroupError, match="not in plumbline-7-1"):
        job_group({environment.JOB_GROUP: "plumbline-7-1"}, root, membership)


def test_the_engines_reason_for_no_group_counts_even_in_a_container(tree):
    root, membership = tree(LIMITED, "4:memory:/\n")

    with pytest.raises(NoGroupError, match=r"^not permitted$"):
        job_group({environment.NO_JOB_GROUP: "not permitted"}, root, membership)


@pytest.mark.environment
def test_this_machine_tells_the_group_of_this_process():
    group = own_group()

    assert group.version in (1, 2)
    processes = (group.memory / "cgroup.procs").read_text().split()
    assert str(os.getpid()) in processes
