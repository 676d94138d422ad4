"""What the engine knows of a container's end is told."""

import pytest

from orchestrator.engines.docker.container import ContainedProcess


class EndedContainer:
    """Has ended by SIGKILL, and is as the engine describes it."""

    def __init__(self, **state):
        self.attrs = {"State": state, "HostConfig": {"Memory": 3 * 2**29}}

    def wait(self, timeout):
        return {"StatusCode": 137}

    def logs(self, tail):
        return b""

    def reload(self):
        """It is up to date."""

    def unpause(self):
        """It is not paused."""

    def remove(self, **options):
        """There is nothing to remove."""


@pytest.mark.parametrize(
    ("killed", "told"),
    [
        (True, "killed by the kernel: out of memory at the container's limit of 1.5 GiB"),
        (False, "killed by signal SIGKILL"),
    ],
)
def test_a_container_that_its_limit_killed_is_told_with_it(tmp_path, killed, told):
    process = ContainedProcess(EndedContainer(OOMKilled=killed), tmp_path)

    assert process.wait(60) == 137
    assert process.close() == told
