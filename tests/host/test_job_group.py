"""The control group of a job is one that an engine made for it, or a limited container."""

import pytest

from contract import environment
from host.cgroup import NoGroupError
from host.job_group import job_group
from tests.host.machine_tree import V1, groups

SYS = "sys/fs/cgroup"
NAME = "plumbline-7-1"
LIMITED = {"memory/memory.limit_in_bytes": "2097152"}
UNLIMITED = {"memory/memory.limit_in_bytes": "9223372036854771712"}


@pytest.fixture
def machine(tmp_path):
    """Make a machine of version 1 whose process is in a group of that path; return its root."""

    def make(files, path="/"):
        inside = {f"{name}{path}/x": "" for name in V1}
        return groups(tmp_path, [f"4:{name}:{path}" for name in V1], files | inside, V1)

    return make


def test_a_limited_container_is_the_jobs_own_group(machine, tmp_path):
    assert job_group({}, machine(LIMITED)).memory.path == tmp_path / SYS / "memory"


def test_a_container_of_version_2_too(tmp_path):
    root = groups(tmp_path, ["0::/"], {"memory.max": "2097152"})

    assert job_group({}, root).memory.path == tmp_path / SYS


def test_a_group_without_limit_may_hold_anything(machine):
    with pytest.raises(NoGroupError, match="no container with a memory limit"):
        job_group({}, machine(UNLIMITED))


def test_a_limited_group_that_is_no_container_may_hold_anything(machine):
    files = UNLIMITED | {"memory/slice/memory.limit_in_bytes": "2097152"}

    with pytest.raises(NoGroupError, match="no container with a memory limit"):
        job_group({}, machine(files, "/slice"))


def test_the_group_that_an_engine_made_is_the_jobs_own(machine, tmp_path):
    root = machine(UNLIMITED, f"/user/{NAME}")

    group = job_group({environment.JOB_GROUP: NAME}, root)

    assert group.memory.path == tmp_path / SYS / "memory/user" / NAME


def test_a_job_that_is_not_in_the_group_made_for_it_says_so(machine):
    with pytest.raises(NoGroupError, match=f"not in {NAME}"):
        job_group({environment.JOB_GROUP: NAME}, machine(UNLIMITED))


def test_the_engines_reason_for_no_group_counts_even_in_a_container(machine):
    with pytest.raises(NoGroupError, match=r"^not permitted$"):
        job_group({environment.NO_JOB_GROUP: "not permitted"}, machine(LIMITED))
