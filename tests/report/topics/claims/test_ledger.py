"""Verdicts follow from the samples, block by block."""

import shutil
from pathlib import Path

import pytest

from contract.base import Protocol
from contract.claim import Claim
from contract.result import Failure
from report.run.load import load_run
from report.run.measurements import Measurements
from report.topics.claims.ledger import JudgedClaim, Ledger
from report.topics.claims.table import claims_table, counts_table
from report.topics.claims.verdicts import Judgement
from report.vocabulary.presentation import styles
from tests.report.conftest import MakeRun
from tests.report.run_folder import set_metric, study

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


def ledger(path: Path, *claims: Claim) -> tuple[JudgedClaim, ...]:
    run = load_run(path)
    told = run.studies["s2"].model_copy(update={"claims": claims})
    return Ledger(run, told, Measurements(run), styles(CONTENDERS)).judged()


def judged(path: Path, holds: str, **settings: bool) -> Judgement:
    (found,) = ledger(path, claim(holds, **settings))
    return found.headline


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
    assert "19 more blocks would settle it in 80" in found.reasons[0]
    assert "run `--repeats 22`" in found.reasons[0]


def test_one_block_is_never_enough(make_run: MakeRun) -> None:
    found = judged(make_run(repeats=1), FASTER)

    assert found.verdict == "inconclusive"
    assert "1 block cannot tell a difference from noise" in found.reasons[0]


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


GAP = "test_accuracy[tensorflow, cpu] > test_accuracy[pytorch, cpu]"


@pytest.mark.parametrize(("points", "verdict"), [(0.15, "inconclusive"), (0.25, "reproduced")])
def test_two_accuracies_have_the_error_of_a_difference(
    make_run: MakeRun, points: float, verdict: str
) -> None:
    """On 10,000 images 98.5 % has an error of 0.12 points, the difference of two one of 0.17."""
    path = make_run(repeats=3)
    for contender, accuracy in (("tensorflow", 0.985 + points / 100), ("pytorch", 0.985)):
        samples = [accuracy + jitter for jitter in (-1e-5, 0, 2e-5)]
        set_metric(path, contender, "train", "test_accuracy", samples)

    assert judged(path, GAP).verdict == verdict


def test_an_accuracy_against_a_number_has_the_error_of_one(make_run: MakeRun) -> None:
    path = make_run(repeats=3)
    set_metric(path, "pytorch", "train", "test_accuracy", [0.9865, 0.98651, 0.98649])

    assert judged(path, "test_accuracy[pytorch, cpu] > 0.985").verdict == "reproduced"
    assert judged(path, "test_accuracy[pytorch, cpu] > 0.986").verdict == "inconclusive"


def test_medians_beside_a_verdict_are_of_the_blocks_that_it_rests_on(make_run: MakeRun) -> None:
    path = make_run(repeats=4)
    set_metric(path, "tensorflow", "train", "train_seconds", [10.0, 10.1, 50.0, 51.0])
    set_metric(path, "pytorch", "train", "train_seconds", [20.0, 20.1, 21.0, 21.0])
    for late in path.glob("jobs/*.pytorch.*.train.*.repeat[34]"):
        shutil.rmtree(late)

    found = judged(path, FASTER)

    measured = found.measured[0].replace("\N{NO-BREAK SPACE}", " ")
    assert measured == "TensorFlow 10.1 s against PyTorch 20.1 s"


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
    found = ledger(make_run(repeats=3), claim(FASTER))

    table = claims_table("claims", study(), found)

    (row,) = table.groups[0].rows
    assert row[0].text == "One is faster"
    assert row[1].text == "1 s against 2 s"
    assert row[2].text == found[0].headline.verdict


BOTH: tuple[Protocol, ...] = ("published", "matched")


def test_both_protocols_are_judged_and_the_studys_own_counts(make_run: MakeRun) -> None:
    """With its own defaults PyTorch is slower; with everything equal it is faster."""
    path = make_run(repeats=3, protocols=BOTH)
    set_metric(path, "tensorflow", "train", "train_seconds", [10.0, 11.0, 10.5])
    set_metric(path, "pytorch", "train", "train_seconds", [5.0, 5.6, 5.2])
    for contender, seconds in (("tensorflow", [10.0, 11.0, 10.5]), ("pytorch", [20.0, 22.2, 21.0])):
        set_metric(path, contender, "train", "train_seconds", seconds, protocol="published")

    (found,) = ledger(path, claim(FASTER))

    verdicts = {protocol: judgement.verdict for protocol, judgement in found.judgements.items()}
    assert verdicts == {"published": "reproduced", "matched": "contradicted"}
    assert found.headline.verdict == "reproduced"
    table = claims_table("claims", study(), [found])
    assert [header.text for header in table.headers[2:]] == [
        "Verdict, own defaults",
        "Verdict, matched",
    ]


def test_the_studys_own_way_in_a_single_block_leaves_it_to_the_matched_one(
    make_run: MakeRun,
) -> None:
    path = make_run(repeats=3, protocols=BOTH)
    set_metric(path, "tensorflow", "train", "train_seconds", [10.0, 11.0, 10.5])
    set_metric(path, "pytorch", "train", "train_seconds", [5.0, 5.6, 5.2])
    for later in path.glob("jobs/*.published.*.repeat[23]"):
        shutil.rmtree(later)

    (found,) = ledger(path, claim(FASTER))

    verdicts = {protocol: judgement.verdict for protocol, judgement in found.judgements.items()}
    assert verdicts == {"published": "inconclusive", "matched": "contradicted"}
    assert found.headline.verdict == "contradicted"


def test_every_further_claim_raises_the_bar(make_run: MakeRun) -> None:
    path = make_run(repeats=3)
    set_metric(path, "tensorflow", "train", "train_seconds", [10.0, 10.4, 9.9])
    set_metric(path, "pytorch", "train", "train_seconds", [11.5, 11.3, 11.9])
    others = [
        claim(f"{metric}[velox, cpu] < {metric}[keras, cpu]")
        for metric in ("import_seconds", "build_seconds", "evaluate_seconds", "test_loss")
    ]

    alone = ledger(path, claim(FASTER))[0].headline
    among = ledger(path, claim(FASTER), *others)[0].headline

    assert alone.verdict == "reproduced"
    assert among.verdict == "inconclusive"
    assert "among 5 tests" in among.reasons[0]


def test_the_same_comparison_in_two_claims_is_one_test(make_run: MakeRun) -> None:
    first, second = ledger(make_run(repeats=3), claim(FASTER), claim(FASTER))

    assert first.headline == second.headline
    assert "among" not in first.headline.reasons[0]


@pytest.mark.parametrize(("factor", "verdict"), [("1.5", "reproduced"), ("2.5", "contradicted")])
def test_a_factor_weighs_a_side(make_run: MakeRun, factor: str, verdict: str) -> None:
    """PyTorch takes twice as long: more than one and a half times, less than two and a half."""
    path = make_run(repeats=3)
    set_metric(path, "tensorflow", "train", "train_seconds", [10.0, 11.0, 10.5])
    set_metric(path, "pytorch", "train", "train_seconds", [20.0, 22.1, 21.0])

    found = judged(path, f"{factor} * {FASTER}")

    assert found.verdict == verdict
    assert found.measured[0].startswith(f"{factor} × TensorFlow")


def test_what_the_kit_cannot_test_says_why(make_run: MakeRun) -> None:
    untestable = Claim(
        text="It scales",
        place="section VI",
        workload="mnist-cnn",
        published="no number",
        untestable="the kit runs on one machine",
    )

    (found,) = ledger(make_run(protocols=BOTH), untestable)

    assert found.headline.verdict == "not testable here"
    assert found.headline.reasons == ("the kit runs on one machine",)
    row = claims_table("claims", study(), [found]).groups[0].rows[0]
    assert [cell.text for cell in row[2:]] == ["not testable here", "—"]


@pytest.mark.parametrize(("relation", "verdict"), [("<", "reproduced"), (">", "contradicted")])
def test_numbers_of_development_are_compared_as_they_are(
    make_run: MakeRun, relation: str, verdict: str
) -> None:
    found = judged(make_run(develops=True), f"source_lines[keras] {relation} source_lines[velox]")

    assert found.verdict == verdict
    measured = found.measured[0].replace("\N{NO-BREAK SPACE}", " ")
    assert measured == "Keras (TensorFlow) 150 lines against Velox ML functions 1,900 lines"
    assert "no spread" in found.reasons[0]


def test_development_that_was_not_measured_is_not_judged(make_run: MakeRun) -> None:
    absent = judged(make_run(), "source_lines[keras] < source_lines[velox]")
    assert absent.verdict == "not testable here"
    assert "not measured in this run" in absent.reasons[0]


def test_a_contender_whose_jobs_all_failed_has_no_development_to_judge(make_run: MakeRun) -> None:
    broken = Failure(cause="it does not start", remedy="fix it")
    path = make_run(develops=True, tasks=("train",), failing={"keras": broken})
    for predicting in path.glob("jobs/*.keras.*.predict.*"):
        shutil.rmtree(predicting)

    found = judged(path, "source_lines[keras] < source_lines[velox]")

    assert found.verdict == "not testable here"
    assert "none of its jobs gave a measurement" in found.reasons[0]


def test_code_that_failed_a_gate_is_not_what_has_to_be_written(make_run: MakeRun) -> None:
    path = make_run(develops=True, unequal=("keras",))

    found = judged(path, "source_lines[keras] < source_lines[velox]")

    assert found.verdict == "not testable here"
    assert "Keras (TensorFlow): not compared, because its equivalence gate" in found.reasons[0]


def test_a_hole_in_a_record_of_development_gives_its_reason(make_run: MakeRun) -> None:
    found = judged(make_run(develops=True), "image_bytes[keras] < image_bytes[velox]")

    assert "no container engine" in found.reasons[0]


def test_a_metric_that_may_be_negative_is_compared_by_its_difference(make_run: MakeRun) -> None:
    path = make_run(repeats=3)
    metric = "first_epoch_excess_seconds"
    set_metric(path, "tensorflow", "train", metric, [8.0, 8.2, 8.1])
    set_metric(path, "pytorch", "train", metric, [-0.1, 0.0, 0.1])

    found = judged(path, f"{metric}[pytorch, cpu] < {metric}[tensorflow, cpu]")

    assert found.verdict == "reproduced"
    assert "difference -8.10" in found.reasons[0]


def test_page_one_counts_every_study(make_run: MakeRun) -> None:
    found = ledger(make_run(repeats=3), claim(FASTER), claim("test_accuracy[keras, cuda] > 0.5"))

    table = counts_table("verdicts", {"S2": found, "S3": found[:1]})

    counts = [[cell.text for cell in row] for row in table.groups[0].rows]
    assert [header.text for header in table.headers[1:]] == [
        "Claims",
        "reproduced",
        "contradicted",
        "inconclusive",
        "not testable here",
    ]
    assert [row[:2] for row in counts] == [["S2", "2"], ["S3", "1"], ["all studies", "3"]]
    assert counts[2][5] == "1"


def test_a_contender_that_passed_its_gate_and_measured_nothing_has_no_development_to_judge(
    make_run: MakeRun,
) -> None:
    broken = Failure(cause="no memory left", remedy="give it more")
    both = dict.fromkeys(("keras", "velox"), broken)
    path = make_run(develops=True, tasks=("verify", "train"), failing=both)
    for predicting in path.glob("jobs/*.predict.*"):
        shutil.rmtree(predicting)

    found = judged(path, "source_lines[keras] < source_lines[velox]")

    assert found.verdict == "not testable here"
    assert "none of its jobs gave a measurement" in found.reasons[0]


@pytest.mark.parametrize("holds", [GAP, "test_accuracy[tensorflow, cpu] > 0.05"])
def test_an_accuracy_that_a_guess_reaches_supports_no_claim(make_run: MakeRun, holds: str) -> None:
    path = make_run(repeats=3)
    set_metric(path, "tensorflow", "train", "test_accuracy", [0.099, 0.0991, 0.0992])

    found = judged(path, holds)

    assert found.verdict == "not testable here"
    assert "TensorFlow on the CPU: not compared, because no better than a guess" in found.reasons[0]
