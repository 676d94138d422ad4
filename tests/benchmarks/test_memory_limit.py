"""The search for the smallest memory limit ends where the job begins to fail."""

import pytest

from benchmarks.memory_limit import search, smallest
from contract.job import Limits
from orchestrator.errors import PlumblineError
from tests.contract.examples import contender_info, job
from tests.orchestrator.programs import WRITE_RESULT, ProgramLauncher

MIB = 2**20
FAILS = "raise MemoryError('all that it was given is gone')"


@pytest.mark.parametrize("needed", [65, 100, 700, 4095])
def test_the_range_is_halved_until_it_holds_the_limit_closely(needed: int) -> None:
    most, least = smallest(lambda limit: limit >= needed, 64, 4096, steps=6)

    assert least < needed <= most
    assert most / least < 1.1


def test_a_job_is_tried_until_it_fails_for_want_of_memory(tmp_path) -> None:
    launcher = ProgramLauncher(
        lambda job: WRITE_RESULT if job.limits.memory_bytes > 500 * MIB else FAILS
    )

    works, fails, why = search(_job(), contender_info(), launcher, 2, tmp_path)

    assert (works // MIB, fails // MIB) == (512, 181)
    assert "all that it was given is gone" in why
    assert len(launcher.started) == 3


def test_a_job_that_fails_with_all_memory_is_no_matter_of_memory(tmp_path) -> None:
    launcher = ProgramLauncher(lambda job: "raise ValueError('no such data')")

    with pytest.raises(PlumblineError, match=r"PyTorch fails at 4\.0 GiB: .*no such data"):
        search(_job(), contender_info(), launcher, 2, tmp_path)


def _job():
    limits = Limits(cpus=(0,), threads=1, memory_bytes=2**33, timeout_seconds=60)
    return job(limits=limits)
