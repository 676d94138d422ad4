"""A plan is a list of jobs; its order is part of the measurement."""

from collections import Counter

import pytest

from contract.job import Limits
from contract.study import load_study
from orchestrator.errors import PlumblineError
from orchestrator.plan import Request, plan_jobs
from orchestrator.resources import grant, machine_memory_bytes
from tests.contract.examples import STUDY_FILE

CONTENDERS = ("keras", "pytorch", "tensorflow", "velox")
LIMITS = Limits(cpus=(0, 1), threads=2, memory_bytes=2**30, timeout_seconds=1)


def planned(**changes):
    values = {
        "studies": (load_study(STUDY_FILE),),
        "profile": "quick",
        "contenders": CONTENDERS,
        "device": "cpu",
        "seed": 0,
        "repeats": None,
    }
    request = Request(**(values | changes))
    return plan_jobs(request, LIMITS, "/data", ("verify", "train", "predict"))


def test_the_gate_comes_before_anything_that_is_timed():
    tasks = [job.task for job in planned()]

    assert tasks[:4] == ["verify"] * 4
    assert "verify" not in tasks[4:]


def test_every_block_holds_one_repeat_of_every_contender():
    jobs = [job for job in planned(repeats=5) if job.task == "train"]

    for repeat in range(1, 6):
        block = [job.contender for job in jobs if job.repeat == repeat]
        assert sorted(block) == sorted(CONTENDERS)
    assert [job.repeat for job in jobs] == sorted(job.repeat for job in jobs)


def test_the_order_within_blocks_varies_but_not_from_plan_to_plan():
    orders = {
        tuple(job.contender for job in planned(repeats=8) if job.repeat == repeat)
        for repeat in range(1, 9)
    }

    assert len(orders) > 3
    assert planned(repeats=8) == planned(repeats=8)
    assert planned(repeats=8) != planned(repeats=8, seed=1)


def test_contenders_of_a_block_share_a_seed_and_blocks_do_not():
    seeds = {(job.repeat, job.seed) for job in planned(seed=10, repeats=3)}

    assert seeds == {(1, 10), (2, 11), (3, 12)}


def test_the_profile_decides_how_much_is_run():
    smoke, paper = planned(profile="smoke"), planned(profile="paper")

    assert {job.train_samples for job in smoke} == {2000}
    assert {job.train_samples for job in paper} == {None}
    assert {job.epochs for job in paper} == {12}
    assert max(job.repeat for job in paper) == 5


def test_no_job_is_planned_twice():
    counts = Counter(job.job_id for job in planned(repeats=4))

    assert set(counts.values()) == {1}


@pytest.mark.parametrize(
    ("cpus", "threads", "memory", "cause"),
    [
        (4096, None, None, "4096 CPUs asked for"),
        (0, None, None, "0 CPUs asked for"),
        (1, 2, None, "2 threads asked for on 1 CPUs"),
        (None, None, "900T", "of memory asked for, the machine has"),
        (None, None, "lots", "is no amount"),
        (None, None, "0", "is no amount"),
    ],
)
def test_more_than_there_is_is_refused_with_the_remedy(cpus, threads, memory, cause):
    with pytest.raises(PlumblineError, match=cause) as caught:
        grant(cpus, threads, memory, timeout_seconds=1)

    assert caught.value.remedy


@pytest.mark.parametrize(
    ("text", "size"), [("512M", 2**29), ("1g", 2**30), ("1GiB", 2**30), ("4096", 4096)]
)
def test_memory_is_read_in_binary_units(text, size):
    assert grant(1, None, text, timeout_seconds=1).memory_bytes == size


def test_by_default_a_job_gets_all_cpus_and_leaves_memory_to_the_system():
    limits = grant(None, None, None, timeout_seconds=1)

    assert limits.threads == len(limits.cpus)
    assert limits.memory_bytes < machine_memory_bytes()
