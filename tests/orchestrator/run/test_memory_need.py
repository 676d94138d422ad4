"""Whether contenders fit into memory at once is told by what each took when it was alone."""

import pytest

from orchestrator.run import memory_need
from orchestrator.run.memory_need import why_memory_may_run_out
from tests.contract.examples import job, trained_result

JOBS = [job(contender=name, task="turns", turn_rounds=2) for name in ("pytorch", "velox")]
PEAK_BYTES = 500_000_000
"""Of a training in the examples."""


@pytest.fixture
def free(monkeypatch):
    def set_free(size_bytes):
        monkeypatch.setattr(memory_need, "free_memory_bytes", lambda: size_bytes)

    return set_free


def trained(**changes):
    return trained_result(job=job(**changes).identity)


def test_what_both_took_is_more_than_is_free(free):
    free(2 * PEAK_BYTES - 1)
    results = [trained(contender=name, repeat=n) for name in ("pytorch", "velox") for n in (1, 2)]

    assert why_memory_may_run_out(JOBS, results) == (
        "memory may run out: 2 contenders are alive at once, which took up to 954 MiB in all when "
        "each was alone, and 954 MiB is free; if one is killed, close other programs or name fewer "
        "--contenders"
    )


def test_nothing_is_said_where_all_fit(free):
    free(2 * PEAK_BYTES)

    assert why_memory_may_run_out(JOBS, [trained(contender="pytorch")]) == ""


def test_nothing_is_said_of_contenders_that_were_never_alone(free):
    free(0)
    others = [trained(workload="mnist-mlp"), trained(contender="keras")]

    assert why_memory_may_run_out(JOBS, others) == ""
