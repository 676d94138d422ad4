"""What new processes can get is bounded by the machine, and by what their control groups allow."""

import resource

import psutil
import pytest

from host.memory import free_memory_bytes, private_memory_limit_bytes
from tests.host.machine_tree import groups


@pytest.mark.parametrize(("limit", "free_bytes"), [(2**30, 2**30), (2**33, 2**32), ("max", 2**32)])
def test_what_is_free_is_no_more_than_the_control_groups_limit(
    tmp_path, monkeypatch, limit, free_bytes
):
    available = psutil.virtual_memory()._replace(available=2**32)
    monkeypatch.setattr(psutil, "virtual_memory", lambda: available)
    root = groups(tmp_path, ["0::/a"], {"a/memory.max": limit})

    assert free_memory_bytes(root) == free_bytes


@pytest.mark.parametrize(
    ("hard", "limit"), [(2**32, 2**32), (resource.RLIM_INFINITY, None)], ids=["limited", "not"]
)
def test_a_limit_of_private_memory_is_the_one_that_cannot_be_raised(monkeypatch, hard, limit):
    limits = {resource.RLIMIT_DATA: (2**31, hard)}
    monkeypatch.setattr(resource, "getrlimit", limits.__getitem__)

    assert private_memory_limit_bytes() == limit
