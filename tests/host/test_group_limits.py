"""The tightest quota and limit count, whichever group has it, in both versions."""

import os

import pytest

from host.group_limits import CpuQuota, cpu_quota, memory_limit
from tests.host.machine_tree import HYBRID, UNIFIED, V1, groups

SYS = "sys/fs/cgroup"
IN_V1 = [f"4:{name}:/a/b" for name in V1]
HALF_V1 = {"cpu/a/cpu.cfs_quota_us": 50_000, "cpu/a/cpu.cfs_period_us": 100_000}
INSIDE_V1 = {f"{name}/a/b/x": "" for name in V1}


@pytest.fixture(autouse=True)
def _eight_cpus(monkeypatch):
    monkeypatch.setattr(os, "cpu_count", lambda: 8)


def quota(root):
    found = cpu_quota(root)
    return found and (found.cpus, str(found.group.relative_to(root / SYS)))


def limit(root):
    found = memory_limit(root)
    return found and (found.size_bytes, str(found.group.relative_to(root / SYS)))


@pytest.mark.parametrize(
    ("files", "told"),
    [
        ({"a/b/cpu.max": "50000 100000"}, (0.5, "a/b")),
        ({"a/cpu.max": "150000 100000", "a/b/cpu.max": "max 100000"}, (1.5, "a")),
        ({"a/cpu.max": "100000 100000", "a/b/cpu.max": "400000 100000"}, (1, "a")),
        ({"cpu.max": "10000 20000", "a/b/x": ""}, (0.5, ".")),
        ({"a/b/cpu.max": "max 100000"}, None),
        ({"a/b/cpu.max": "800000 100000"}, None),
        ({"a/b/x": ""}, None),
    ],
    ids=["own", "parent", "tightest", "container", "none", "all there is", "no controller"],
)
def test_a_quota_of_version_2_holds_for_all_inside(tmp_path, files, told):
    assert quota(groups(tmp_path, ["0::/a/b"], files)) == told


@pytest.mark.parametrize("mounts", [V1, HYBRID], ids=["version 1", "hybrid"])
def test_a_quota_of_version_1_holds_for_all_inside(tmp_path, mounts):
    unlimited = {"cpu/a/b/cpu.cfs_quota_us": -1, "cpu/a/b/cpu.cfs_period_us": 100_000}
    membership = [*IN_V1, "0::/elsewhere"]

    root = groups(tmp_path, membership, INSIDE_V1 | HALF_V1 | unlimited, mounts)

    assert quota(root) == (0.5, "cpu/a")


@pytest.mark.parametrize(
    ("files", "told"),
    [
        ({"a/b/memory.max": "1000"}, (1000, "a/b")),
        ({"a/memory.max": "1000", "a/b/memory.max": "max"}, (1000, "a")),
        ({"a/memory.max": "1000", "a/b/memory.max": "2000"}, (1000, "a")),
        ({"a/b/memory.max": "2000", "a/b/memory.high": "1500"}, (1500, "a/b")),
        ({"memory.max": "1000", "a/b/x": ""}, (1000, ".")),
        ({"a/b/memory.max": "max"}, None),
        ({"a/b/x": ""}, None),
    ],
    ids=["own", "parent", "tightest", "slowed first", "container", "none", "no controller"],
)
def test_a_limit_of_version_2_holds_for_all_inside(tmp_path, files, told):
    assert limit(groups(tmp_path, ["0::/a/b"], files)) == told


@pytest.mark.parametrize(
    ("files", "told"),
    [
        ({"memory/a/memory.limit_in_bytes": "1000"}, (1000, "memory/a")),
        ({"memory/a/memory.limit_in_bytes": "9223372036854771712"}, None),
        ({"memory/a/b/memory.stat": "cache 1\nhierarchical_memory_limit 900"}, (900, "memory/a/b")),
    ],
    ids=["parent", "none", "one that nobody sees"],
)
def test_a_limit_of_version_1_holds_for_all_inside(tmp_path, files, told):
    assert limit(groups(tmp_path, IN_V1, INSIDE_V1 | files, V1)) == told


@pytest.mark.parametrize("mounts", [{}, UNIFIED], ids=["not mounted", "nothing limited"])
def test_where_nothing_limits_there_is_neither(tmp_path, mounts):
    root = groups(tmp_path, ["0::/"], {}, mounts)

    assert (cpu_quota(root), memory_limit(root)) == (None, None)


@pytest.mark.parametrize(("cpus", "whole"), [(0.3, 1), (1, 1), (1.9, 1), (2, 2), (3.5, 3)])
def test_a_quota_keeps_only_whole_cpus_busy(tmp_path, cpus, whole):
    assert CpuQuota(cpus, tmp_path).whole_cpus == whole
