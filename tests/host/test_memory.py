"""What new processes can get is bounded by the machine, and by what their control groups allow."""

import psutil
import pytest

from host.memory import free_memory_bytes
from tests.host.machine_tree import groups


@pytest.mark.parametrize(("limit", "free_bytes"), [(2**30, 2**30), (2**33, 2**32), ("max", 2**32)])
def test_what_is_free_is_no_more_than_the_control_groups_limit(
    tmp_path, monkeypatch, limit, free_bytes
):
    available = psutil.virtual_memory()._replace(available=2**32)
    monkeypatch.setattr(psutil, "virtual_memory", lambda: available)
    root = groups(tmp_path, ["0::/a"], {"a/memory.max": limit})

    assert free_memory_bytes(root) == free_bytes
