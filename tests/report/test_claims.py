"""Verdicts follow from the samples, block by block."""

from __future__ import annotations

from pathlib import Path

import pytest

from contract.claim import Claim
from report.claims import Judge, Judgement
from report.load import load_run
from report.measurements import Measurements
from report.presentation import looks
from report.tables.claims import claims_table, tally
from tests.report.conftest import MakeRun
from tests.report.run_folder import set_metric

CONTENDERS = ("pytorch", "tensorflow", "keras", "velox")


def claim(holds: str, *, needs_paper_profile: bool = False) -> Claim:
    return Claim(
        text="One is faster",
        place="Table",
        workload="mnist-cnn",
        published="1 s against 2 s",
        holds=holds,
        needs_paper_profile=needs_paper_profile,
    )


def judged(path: Path, holds: str, **settings: bool) -> Judgement:
    measurements = Measurements(load_run(path))
    judge = Judge("s2", "matched", "quick", measurements, looks(CONTENDERS))
    return judge.judge(claim(holds, **settings))


FASTER = "train_seconds[tensorflow, cpu] < train_seconds[pytorch, cpu]"


@pytest.mark.parametrize(
    ("tensorflow", "pytorch", "verdict"),
    [
        ([10.0, 11.0, 10.5], [20.0, 22.0, 21.2], "reproduced"),
        ([20.0, 22.0, 21.2], [10.0, 11.0, 10.5], "contradicted"),
        ([10.0, 21.0, 14.0], [20.0, 11.0, 14.1], "inconclusive"),
    ],
)
def test_a_verdict_follows_from_the_interval_of_the_paired_ratio(
    make_run: MakeRun, tensorflow: list[float], pytorch: list[float], verdict: str
) -> None:
    path = make_run(repeats=3)
    set_metric(path, "tensorflow", "train", "train_seconds", tensorflow)
    set_metric(path, "pytorch", "train", "train_seconds", pytorch)

    found = judged(path, FASTER)

    assert found.verdict == verdict
    assert "95 % interval" in found.reasons[0]
    assert "over 3 blocks" in found.reasons[0]


def test_what_both_sides_share_in_a_block_cancels(make_run: MakeRun) -> None:
    """Medians overlap wildly; within every block TensorFlow takes nine tenths of the time."""
    path = make_run(repeats=3)
    set_metric(path, "tensorflow", "train", "train_seconds", [9.0, 18.1, 35.9])
    set_metric(path, "pytorch", "train", "train_seconds", [10.0, 20.0, 40.0])

    assert judged(path, FASTER).verdict == "reproduced"


def test_what_would_settle_an_open_question_is_said(make_run: MakeRun) -> None:
    path = make_run(repeats=3)
    set_metric(path, "tensorflow", "train", "train_seconds", [10.0, 11.0, 10.0])
    set_metric(path, "pytorch", "train", "train_seconds", [10.5, 10.8, 10.4])

    found = judged(path, FASTER)

    assert found.verdict == "inconclusive"
    assert "blocks would settle it: run `--repeats" in found.reasons[0]


def test_one_block_is_never_enough(make_run: MakeRun) -> None:
    found = judged(make_run(repeats=1), FASTER)

    assert found.verdict == "inconclusive"
    assert "1 block cannot tell noise apart" in found.reasons[0]


def test_a_device_that_the_run_did_not_have_is_not_testable_here(make_run: MakeRun) -> None:
    found = judged(make_run(), "train_seconds[pytorch, cuda] < train_seconds[pytorch, cpu]")

    assert found.verdict == "not testable here"
    assert "PyTorch on the GPU" in found.reasons[0]


def test_a_contender_that_failed_its_gate_compares_with_nothing(make_run: MakeRun) -> None:
    found = judged(make_run(unequal=("tensorflow",)), FASTER)

    assert found.verdict == "not testable here"
    assert "equivalence gate" in found.reasons[0]


def test_a_threshold_needs_the_studys_own_training(make_run: MakeRun) -> None:
    holds = "test_accuracy[pytorch, cpu] > 0.5"

    assert judged(make_run(), holds, needs_paper_profile=True).verdict == "not testable here"


def test_accuracies_closer_than_the_test_images_resolve_are_a_tie(make_run: MakeRun) -> None:
    path = make_run(repeats=3)
    set_metric(path, "tensorflow", "train", "test_accuracy", [0.98500, 0.98501, 0.98502])
    set_metric(path, "pytorch", "train", "test_accuracy", [0.98490, 0.98491, 0.98492])

    found = judged(path, "test_accuracy[tensorflow, cpu] > test_accuracy[pytorch, cpu]")

    assert found.verdict == "inconclusive"
    assert "number of test images" in found.reasons[0]


def test_all_comparisons_of_a_claim_have_to_hold(make_run: MakeRun) -> None:
    path = make_run(repeats=3)
    for contender, seconds in (("velox", 1.0), ("pytorch", 2.0), ("tensorflow", 0.5)):
        samples = [seconds, seconds * 1.01, seconds * 0.99]
        set_metric(path, contender, "train", "train_seconds", samples)
    first = "train_seconds[velox, cpu] < train_seconds[pytorch, cpu]"
    second = "train_seconds[velox, cpu] < train_seconds[tensorflow, cpu]"

    assert judged(path, first).verdict == "reproduced"
    both = judged(path, f"{first} and {second}")
    assert both.verdict == "contradicted"
    assert len(both.measured) == 2


def test_the_table_has_every_claim_with_its_verdict(make_run: MakeRun) -> None:
    path = make_run(repeats=3)
    found = judged(path, FASTER)

    table = claims_table("claims", [(claim(FASTER), found)])

    (row,) = table.groups[0].rows
    assert row[0].text == "One is faster"
    assert row[1].text == "1 s against 2 s"
    assert row[3].text == found.verdict


def test_verdicts_are_counted_in_a_fixed_order() -> None:
    verdicts = ("contradicted", "reproduced", "reproduced", "not testable here")

    text = tally([Judgement(verdict) for verdict in verdicts])

    assert text == "2 reproduced, 1 not testable here and 1 contradicted"
