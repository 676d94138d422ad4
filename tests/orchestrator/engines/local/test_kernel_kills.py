"""Whose memory ran out is told by the counters of the control groups around a job."""

import pytest

from orchestrator.engines.local.kernel_kills import KernelKills
from tests.host.machine_tree import V1, groups, write_files

SYS = "sys/fs/cgroup"


def machine_v1(root, kills=0, reached=0):
    files = {"memory/a/memory.failcnt": reached, "memory/a/memory.limit_in_bytes": 2**30}
    files |= {"memory/a/b/memory.failcnt": 0, "memory/memory.failcnt": 0}
    groups(root, [f"4:{name}:/a/b" for name in V1], files, V1)
    return write_files(root, {"proc/vmstat": f"nr_free 1\noom_kill {kills}"})


def machine_v2(root, kills=0, reached=0):
    files = {
        "a/memory.events": f"low 0\nmax 7\noom {reached}\noom_kill {kills}",
        "a/b/memory.events": "low 0\nmax 0\noom 0\noom_kill 0",
        "a/memory.max": 2**30,
    }
    groups(root, ["0::/a/b"], files)
    return write_files(root, {"proc/vmstat": f"nr_free 1\noom_kill {kills}"})


each_version = pytest.mark.parametrize("machine", [machine_v1, machine_v2], ids=["v1", "v2"])


@each_version
def test_a_group_that_reached_its_limit_is_named_with_it(tmp_path, machine):
    kernel = KernelKills(machine(tmp_path, kills=3, reached=2))

    machine(tmp_path, kills=4, reached=3)

    for by_limit_only in (True, False):
        cause = kernel.cause(by_limit_only=by_limit_only)
        assert cause.startswith("killed by the kernel: out of memory at the limit of 1.0 GiB of ")
        assert cause.endswith("/a")


@each_version
def test_where_no_group_reached_its_limit_the_machine_did(tmp_path, machine):
    kernel = KernelKills(machine(tmp_path, reached=2))

    machine(tmp_path, kills=1, reached=2)

    assert kernel.cause().startswith("killed by the kernel: out of memory, the machine's")
    assert kernel.cause(by_limit_only=True) is None


@each_version
def test_a_limit_that_was_reached_without_a_kill_is_no_cause(tmp_path, machine):
    kernel = KernelKills(machine(tmp_path))

    machine(tmp_path, reached=5)

    assert kernel.cause() is None


@pytest.mark.parametrize(
    "files", [{"proc/vmstat": "nr_free 1"}, {}], ids=["no count", "/proc/PID alone"]
)
def test_a_kernel_that_counts_no_kills_tells_of_none(tmp_path, files):
    root = write_files(groups(tmp_path, ["0::/"], {}), files)

    assert KernelKills(root).cause() is None
