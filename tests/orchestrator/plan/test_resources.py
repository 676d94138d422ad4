"""A job gets what the machine and every control group around it can give."""

import os

import pytest

from host.memory import machine_memory_bytes
from orchestrator.errors import PlumblineError
from orchestrator.plan import resources
from orchestrator.plan.resources import explain, grant
from tests.host.machine_tree import cores, groups


@pytest.fixture
def machine(tmp_path, monkeypatch):
    """Make a machine of eight CPUs, four cores, whose groups have these limits; return its root."""
    monkeypatch.setattr(os, "cpu_count", lambda: 8)
    monkeypatch.setattr(os, "sched_getaffinity", lambda process: set(range(8)))

    def make(cpus=None, memory=None):
        limits = {"a/cpu.max": f"{int(cpus * 1e5)} 100000"} if cpus else {}
        limits |= {"a/memory.max": memory} if memory else {}
        return groups(
            cores(tmp_path, "0,4", "1,5", "2,6", "3,7"), ["0::/a/b"], limits | {"a/b/x": ""}
        )

    return make


@pytest.mark.parametrize(
    ("cpus", "threads", "memory", "cause"),
    [
        (4096, None, None, "4,096 CPUs requested"),
        (0, None, None, "0 CPUs requested"),
        (1, 2, None, "2 threads requested on 1 CPU$"),
        (None, None, "900T", "of memory requested, .* available"),
        (None, None, "lots", "is not a size"),
    ],
)
def test_more_than_there_is_is_refused_with_the_remedy(cpus, threads, memory, cause):
    with pytest.raises(PlumblineError, match=cause) as caught:
        grant(cpus, threads, memory)

    assert caught.value.remedy


@pytest.mark.parametrize("memory", ["0", "1", "1 B", "10M", "511M"])
def test_memory_in_which_no_framework_starts_is_refused_with_the_least_that_will_do(memory):
    with pytest.raises(PlumblineError) as caught:
        grant(1, None, memory)

    assert caught.value.cause.startswith(f"--memory {memory} is too little for a job: a framework")
    assert "needs up to 512 MiB to start" in caught.value.cause
    assert "--memory 512M" in caught.value.remedy


@pytest.mark.parametrize(
    ("text", "size"), [("512M", 2**29), ("1g", 2**30), ("1GiB", 2**30), ("536870912", 2**29)]
)
def test_memory_is_read_in_binary_units(text, size):
    assert grant(1, None, text).memory_bytes == size


def test_by_default_a_job_gets_all_cpus_and_leaves_memory_to_the_system(machine):
    root = machine()

    limits = grant(None, None, None, root)

    assert limits.cpus == tuple(range(8))
    assert (limits.threads, limits.cpu_quota) == (8, None)
    assert limits.memory_bytes < machine_memory_bytes()
    assert explain(limits, root).endswith("of memory for each job")


@pytest.mark.parametrize(
    ("quota", "cpus"), [(0.3, (1,)), (1, (1,)), (1.9, (1,)), (3, (1, 2, 3)), (5, (1, 2, 3, 4, 5))]
)
def test_by_default_a_job_gets_the_cpus_that_a_quota_can_keep_busy(machine, quota, cpus):
    limits = grant(None, None, None, machine(cpus=quota))

    assert limits.cpus == cpus
    assert (limits.threads, limits.cpu_quota) == (len(cpus), quota)


def test_more_cpus_than_a_quota_can_keep_busy_are_refused_with_its_group(machine):
    root = machine(cpus=1)

    with pytest.raises(PlumblineError) as caught:
        grant(2, None, None, root)

    place = root / "sys/fs/cgroup/a"
    cause = f"2 CPUs requested, 1 available; the control group {place} has a quota of 1 CPU"
    assert (caught.value.cause, caught.value.remedy) == (cause, "use --cpus 1")


def test_an_affinity_that_leaves_cpus_out_is_named(machine, monkeypatch):
    monkeypatch.setattr(os, "sched_getaffinity", lambda process: {0, 4, 5})
    root = machine()

    limits = grant(2, None, None, root)

    assert limits.cpus == (4, 5)
    told = explain(limits, root)
    assert told.startswith("2 of 8 CPUs (CPUs 4, 5)")
    assert "may run on CPUs 0, 4, 5 only (its affinity, or a CPU set)" in told


def test_a_memory_limit_of_a_group_around_is_shared_and_named(machine):
    root = machine(memory=2**30)

    limits = grant(1, None, None, root)

    assert limits.memory_bytes == 0.75 * 2**30
    assert "sys/fs/cgroup/a has a memory limit of 1.0 GiB" in explain(limits, root)


def test_more_memory_than_a_groups_limit_is_refused_with_the_group(machine):
    with pytest.raises(
        PlumblineError, match=r"2.0 GiB of .* 1.0 GiB available; .*/a has"
    ) as caught:
        grant(1, None, "2G", machine(memory=2**30))

    assert caught.value.remedy == "use --memory 1024M or less"


def test_a_group_in_which_no_framework_starts_is_refused(machine):
    with pytest.raises(PlumblineError, match=r"256 MiB is too little .*/a has a memory") as caught:
        grant(1, None, None, machine(memory=2**28))

    assert caught.value.remedy == "raise the limit to 512 MiB or more"


def test_a_limit_of_private_memory_is_kept_and_named(machine, monkeypatch):
    monkeypatch.setattr(resources, "private_memory_limit_bytes", lambda: 2**30)
    root = machine(memory=2**31)

    limits = grant(1, None, None, root)

    assert limits.memory_bytes == 0.75 * 2**30
    told = explain(limits, root)
    assert (
        "/a has a memory limit of 2.0 GiB; this process (ulimit -d) has a memory limit of" in told
    )
    with pytest.raises(PlumblineError, match=r"1.5 GiB of .* 1.0 GiB available; .*ulimit -d"):
        grant(1, None, "1536M", root)


def test_less_than_one_cpu_is_said_to_lengthen_times(machine):
    root = machine(cpus=0.3)

    told = explain(grant(None, None, None, root), root)

    assert "has a quota of 0.3 CPUs" in told
    assert told.endswith("with less than one CPU, jobs will be throttled and their times longer")
