"""A plan says how many statements it can settle, and what the others need."""

import pytest

from contract.job import Limits
from contract.study import load_study
from orchestrator.plan.plan import plan_jobs
from orchestrator.plan.request import Request
from orchestrator.plan.statements import statement_lines
from tests.contract.examples import STUDY_FILE

LIMITS = Limits(cpus=(0, 1), threads=2, memory_bytes=2**30, timeout_seconds=1)
TASKS = ("train", "predict", "turns")
UNTESTABLE = "1 it cannot: no measurement of the kit could tell (S2.14)"


def told(**changes):
    values = {
        "studies": (load_study(STUDY_FILE),),
        "profile": "quick",
        "contenders": ("keras", "pytorch", "tensorflow", "velox"),
        "devices": ("cpu",),
        "seed": 0,
        "repeats": None,
        "protocols": ("matched",),
    }
    request = Request(**values | changes)
    return list(statement_lines(request, plan_jobs(request, LIMITS, "/data", TASKS)))


def test_the_quick_profile_settles_what_needs_neither_a_gpu_nor_the_published_training():
    """S2 has 12 statements that are not repetitions of others."""
    assert told() == [
        "this plan can settle 6 of 12 statements",
        "4 it cannot: they need a GPU: `--device cuda` (S2.6, S2.7, S2.9, S2.10)",
        "1 it cannot: the profile trains less than the study: `--profile paper` (S2.1)",
        UNTESTABLE,
    ]


def test_the_paper_profile_settles_accuracies_too():
    first, *reasons = told(profile="paper")

    assert first == "this plan can settle 7 of 12 statements"
    assert not any("--profile" in reason for reason in reasons)


def test_on_the_gpu_other_statements_can_be_settled():
    assert told(devices=("cuda",), profile="paper") == [
        "this plan can settle 4 of 12 statements",
        "4 it cannot: they need a CPU: `--device cpu` (S2.4, S2.5, S2.8, S2.12)",
        "3 it cannot: the CPU and the GPU in one run are compared: `--device cpu,cuda` "
        "(S2.6, S2.9, S2.10)",
        UNTESTABLE,
    ]


def test_of_two_devices_each_has_its_own_count_and_their_comparison_can_be_settled():
    assert told(devices=("cpu", "cuda"), profile="paper") == [
        "this plan can settle 7 of 8 statements on the CPU",
        "1 it cannot on the CPU: no measurement of the kit could tell (S2.14)",
        "this plan can settle 7 of 8 statements on the GPU",
        "1 it cannot on the GPU: no measurement of the kit could tell (S2.14)",
    ]


def test_a_contender_that_is_left_out_settles_nothing():
    first, *reasons = told(contenders=("keras", "pytorch"))

    assert first == "this plan can settle 3 of 12 statements"
    assert "3 it cannot: this plan has no job for them (S2.4, S2.5, S2.12)" in reasons


def test_one_block_settles_nothing():
    first, *reasons = told(repeats=1)

    assert first == "this plan can settle 0 of 12 statements"
    assert reasons[1:3] == [
        "3 it cannot: fewer than 4 blocks of turns cannot tell a difference from noise: "
        "`--repeats 4` (S2.2, S2.3, S2.5)",
        "3 it cannot: one block cannot tell a difference from noise: `--repeats 3` "
        "(S2.4, S2.8, S2.12)",
    ]


@pytest.mark.parametrize("repeats", [1, 3])
def test_what_is_counted_once_needs_no_blocks(repeats):
    study = load_study(STUDY_FILE.with_name("s3-cifar-distributed.toml"))
    written = tuple(found for found in study.statements if found.id == "S3.10")

    found = told(studies=(study.model_copy(update={"statements": written}),), repeats=repeats)

    assert found == ["this plan can settle 1 of 1 statements"]


def test_a_study_without_statements_has_no_line():
    study = load_study(STUDY_FILE).model_copy(update={"statements": ()})

    assert told(studies=(study,)) == []


def test_what_only_own_defaults_can_show_needs_several_blocks_of_them():
    s4 = load_study(STUDY_FILE.parent / "s4-keras-pytorch.toml")
    both = {"studies": (s4,), "protocols": ("published", "matched")}
    needing = "only own defaults could show it, in several blocks"

    once = [reason for reason in told(**both, repeats=1) if needing in reason]

    assert once == [f"3 it cannot: {needing}: `--profile paper` (S4.4, S4.5, S4.7)"]
    assert not any(needing in reason for reason in told(**both))
