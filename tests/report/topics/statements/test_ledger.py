"""Verdicts follow from the samples, block by block."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from contract.base import Protocol
from contract.result import Failure
from contract.statement import Reading, Statement
from report.run.load import load_run
from report.run.measurements import Measurements
from report.topics.statements.judged import JudgedReading, JudgedStatement
from report.topics.statements.ledger import Ledger, counts, need_another_device
from report.topics.statements.table import counts_table, statements_table
from report.topics.statements.verdicts import Judgement
from report.vocabulary.presentation import styles
from tests.report.conftest import MakeRun
from tests.report.run_folder import STUDIES, set_metric

CONTENDERS = ("pytorch", "tensorflow", "keras", "velox")


def reading(holds: str, **settings: Any) -> Reading:
    told = {"sense": "as it stands", "workload": "mnist-cnn", "primary": True, "because": "so"}
    return Reading(**told | {"holds": holds} | settings)


def statement(*readings: Reading, number: int = 1, **settings: Any) -> Statement:
    told = {"text": "One is faster", "place": "Table", "published": "1 s against 2 s"}
    return Statement(id=f"S2.{number}", readings=readings, **told | settings)


def ledger(path: Path, *statements: Statement) -> tuple[JudgedStatement, ...]:
    run = load_run(path)
    told = run.studies["s2"].model_copy(update={"statements": statements})
    return Ledger(run, told, Measurements(run), styles(CONTENDERS)).judged()


def ledger_of(path: Path, *holds: str) -> list[Judgement]:
    """Judge a statement with a single reading for each."""
    stated = [statement(reading(text), number=n) for n, text in enumerate(holds, start=1)]
    return [only(found).headline for found in ledger(path, *stated)]


def only(found: JudgedStatement) -> JudgedReading:
    (judged,) = found.readings
    return judged


def judged(path: Path, holds: str, **settings: Any) -> Judgement:
    (found,) = ledger(path, statement(reading(holds, **settings)))
    return only(found).headline


FASTER = "train_seconds[tensorflow] < train_seconds[pytorch]"
SLOWER = "train_seconds[tensorflow] > train_seconds[pytorch]"


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


def test_a_side_on_a_device_that_the_run_did_not_have_is_not_testable_here(
    make_run: MakeRun,
) -> None:
    found = judged(make_run(), "train_seconds[pytorch, cuda] < train_seconds[pytorch, cpu]")

    assert found.verdict == "not testable here"
    assert "PyTorch on the GPU" in found.reasons[0]


@pytest.mark.parametrize(
    ("study", "names", "contenders"),
    [
        ("s2-mnist", {"S2.6", "S2.9", "S2.10"}, CONTENDERS),
        ("s3-cifar-distributed", {"S3.9"}, ("pytorch", "keras")),
    ],
)
def test_a_run_on_both_devices_decides_what_compares_them(
    make_run: MakeRun, study: str, names: set[str], contenders: tuple[str, ...]
) -> None:
    """In these samples the GPU takes an eighth of the CPU's time and twice its memory."""
    path = make_run(
        study_file=STUDIES / f"{study}.toml",
        contenders=contenders,
        devices=("cpu", "cuda"),
        repeats=5,
        profile="paper",
    )
    run = load_run(path)
    (told,) = run.studies.values()

    found = {
        one.statement.id: one
        for one in Ledger(run, told, Measurements(run), styles(run.every_contender)).judged()
    }

    assert {name: found[name].verdicts for name in names} == {
        name: {"cuda": "reproduced"} for name in names
    }


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


def test_all_comparisons_of_a_reading_have_to_hold(make_run: MakeRun) -> None:
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


def test_the_table_has_every_statement_with_its_readings_and_verdicts(make_run: MakeRun) -> None:
    other = reading(SLOWER, sense="the other way round", primary=False, because="")
    found = ledger(make_run(repeats=3), statement(other, reading(FASTER)))

    (group,) = statements_table("statements", found).groups

    assert (group.title, group.anchor) == ("S2.1 One is faster.", "S2.1-read")
    assert group.note == "Table; published: 1 s against 2 s"
    deciding, beside = group.rows
    assert (deciding[0].text, deciding[0].notes) == ("as it stands", ("so",))
    assert deciding[1].text == found[0].verdicts["cpu"]
    assert (beside[0].text, beside[0].notes) == (
        "the other way round",
        ("read so too; does not decide",),
    )


BOTH: tuple[Protocol, ...] = ("published", "matched")


def test_both_protocols_are_judged_and_the_studys_own_counts(make_run: MakeRun) -> None:
    """With its own defaults PyTorch is slower; with everything equal it is faster."""
    path = make_run(repeats=3, protocols=BOTH)
    set_metric(path, "tensorflow", "train", "train_seconds", [10.0, 11.0, 10.5])
    set_metric(path, "pytorch", "train", "train_seconds", [5.0, 5.6, 5.2])
    for contender, seconds in (("tensorflow", [10.0, 11.0, 10.5]), ("pytorch", [20.0, 22.2, 21.0])):
        set_metric(path, contender, "train", "train_seconds", seconds, protocol="published")

    (found,) = ledger(path, statement(reading(FASTER)))

    judgements = only(found).judgements
    verdicts = {protocol: judgement.verdict for protocol, judgement in judgements.items()}
    assert verdicts == {"published": "reproduced", "matched": "contradicted"}
    assert found.verdicts == {"cpu": "reproduced"}
    table = statements_table("statements", [found])
    assert [header.text for header in table.headers[1:]] == ["CPU, own defaults", "CPU, matched"]


def test_the_studys_own_way_in_a_single_block_leaves_it_to_the_matched_one(
    make_run: MakeRun,
) -> None:
    path = make_run(repeats=3, protocols=BOTH)
    set_metric(path, "tensorflow", "train", "train_seconds", [10.0, 11.0, 10.5])
    set_metric(path, "pytorch", "train", "train_seconds", [5.0, 5.6, 5.2])
    for later in path.glob("jobs/*.published.*.repeat[23]"):
        shutil.rmtree(later)

    (found,) = ledger(path, statement(reading(FASTER)))

    judgements = only(found).judgements
    verdicts = {protocol: judgement.verdict for protocol, judgement in judgements.items()}
    assert verdicts == {"published": "inconclusive", "matched": "contradicted"}
    assert found.verdicts == {"cpu": "contradicted"}


def test_every_further_statement_raises_the_bar(make_run: MakeRun) -> None:
    path = make_run(repeats=3)
    set_metric(path, "tensorflow", "train", "train_seconds", [10.0, 10.4, 9.9])
    set_metric(path, "pytorch", "train", "train_seconds", [11.5, 11.3, 11.9])
    others = [
        f"{metric}[velox] < {metric}[keras]"
        for metric in ("import_seconds", "build_seconds", "evaluate_seconds", "test_loss")
    ]

    (alone,) = ledger_of(path, FASTER)
    among, *_ = ledger_of(path, FASTER, *others)

    assert alone.verdict == "reproduced"
    assert among.verdict == "inconclusive"
    assert "among 5 tests" in among.reasons[0]


def test_the_same_comparison_in_two_statements_is_one_test(make_run: MakeRun) -> None:
    first, second = ledger_of(make_run(repeats=3), FASTER, FASTER)

    assert first == second
    assert "among" not in first.reasons[0]


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
    untestable = reading("", untestable="the kit runs on one machine")

    (found,) = ledger(make_run(protocols=BOTH), statement(untestable))

    assert found.verdicts == {"cpu": "not testable here"}
    assert only(found).headline.reasons == ("the kit runs on one machine",)
    row = statements_table("statements", [found]).groups[0].rows[0]
    assert [cell.text for cell in row[1:]] == ["not testable here", "—"]


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
    other = statement(reading("test_accuracy[keras] > 0.5", needs_paper_profile=True), number=2)
    found = ledger(make_run(repeats=3), statement(reading(FASTER)), other)

    table = counts_table("verdicts", {"S2": found, "S3": found[:1]})

    shown = [[cell.text for cell in row] for row in table.groups[0].rows]
    assert [header.text for header in table.headers[1:]] == [
        "Device",
        "Statements",
        "reproduced",
        "contradicted",
        "equal within 5 %",
        "inconclusive",
        "not testable here",
    ]
    assert [row[:3] for row in shown] == [
        ["S2", "CPU", "2"],
        ["S3", "CPU", "1"],
        ["all studies", "CPU", "3"],
    ]
    assert shown[2][-1] == "1"


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
def test_an_accuracy_that_a_guess_reaches_supports_no_statement(
    make_run: MakeRun, holds: str
) -> None:
    path = make_run(repeats=3)
    set_metric(path, "tensorflow", "train", "test_accuracy", [0.099, 0.0991, 0.0992])

    found = judged(path, holds)

    assert found.verdict == "not testable here"
    assert "TensorFlow on the CPU: not compared, because no better than a guess" in found.reasons[0]


def also_on_the_gpu(path: Path) -> Path:
    """Let the run have used both devices: the same jobs once more, on the GPU."""
    for folder in sorted(path.glob("jobs/*.cpu.*")):
        twin = folder.with_name(folder.name.replace(".cpu.", ".cuda."))
        shutil.copytree(folder, twin)
        for name in ("job.json", "result.json"):
            content = json.loads((twin / name).read_text(encoding="utf-8"))
            content.get("job", content)["device"] = "cuda"
            (twin / name).write_text(json.dumps(content), encoding="utf-8")
    return path


def test_a_statement_has_a_verdict_on_every_device_of_the_run(make_run: MakeRun) -> None:
    path = make_run(repeats=3)
    set_metric(path, "tensorflow", "train", "train_seconds", [10.0, 11.0, 10.5])
    set_metric(path, "pytorch", "train", "train_seconds", [20.0, 22.0, 21.2])

    (found,) = ledger(also_on_the_gpu(path), statement(reading(FASTER)))

    assert found.verdicts == {"cpu": "reproduced", "cuda": "reproduced"}
    headers = statements_table("statements", [found]).headers
    assert [header.text for header in headers[1:]] == ["CPU, matched", "GPU, matched"]
    assert [one.device for one in counts([found])] == ["cpu", "cuda"]


def test_two_devices_can_be_compared_where_the_run_had_both(make_run: MakeRun) -> None:
    holds = "train_seconds[keras, cuda] < 2 * train_seconds[keras, cpu]"
    stated = statement(reading(holds, devices=("cuda",)))

    (found,) = ledger(also_on_the_gpu(make_run(repeats=3)), stated)

    assert found.verdicts == {"cuda": "reproduced"}


def test_what_needs_another_device_is_named_and_not_counted(make_run: MakeRun) -> None:
    gpu = statement(reading("gpu_percent[keras] > 1", devices=("cuda",)), number=2)

    found = ledger(make_run(repeats=3), statement(reading(FASTER)), gpu)

    assert found[1].verdicts == {}
    (counted,) = counts(found)
    assert sum(count for _, count in counted.verdicts) == 1
    assert need_another_device(found) == (gpu,)


def test_the_primary_reading_decides_and_the_other_stands_beside_it(make_run: MakeRun) -> None:
    path = make_run(repeats=3)
    set_metric(path, "tensorflow", "train", "train_seconds", [10.0, 11.0, 10.5])
    set_metric(path, "pytorch", "train", "train_seconds", [20.0, 22.0, 21.2])
    other = reading(SLOWER, sense="the other way round", primary=False, because="")

    (found,) = ledger(path, statement(other, reading(FASTER)))

    assert found.verdicts == {"cpu": "reproduced"}
    assert [one.headline.verdict for one in found.readings] == ["reproduced", "contradicted"]


def test_a_reading_that_does_not_decide_is_no_burden_to_those_that_do(make_run: MakeRun) -> None:
    path = make_run(repeats=3)
    beside = reading("evaluate_seconds[keras] < evaluate_seconds[velox]", primary=False)

    (found,) = ledger(path, statement(reading(FASTER), beside))

    primary, other = found.readings
    assert "among" not in primary.headline.reasons[0]
    assert "among 2 tests" in other.headline.reasons[0]


def test_a_repetition_has_the_verdict_of_what_it_repeats_and_is_not_counted(
    make_run: MakeRun,
) -> None:
    path = make_run(repeats=3)
    set_metric(path, "tensorflow", "train", "train_seconds", [10.0, 11.0, 10.5])
    set_metric(path, "pytorch", "train", "train_seconds", [20.0, 22.0, 21.2])
    first, second = statement(reading(FASTER)), statement(reading(SLOWER), number=2)
    again = statement(number=3, same_as=("S2.1",))
    both = statement(number=4, same_as=("S2.1", "S2.2"))

    found = ledger(path, first, second, again, both)

    assert [one.verdicts["cpu"] for one in found[2:]] == ["reproduced", "contradicted"]
    (counted,) = counts(found)
    assert sum(count for _, count in counted.verdicts) == 2
    (row,) = statements_table("statements", found).groups[3].rows
    assert row[0].text == "repeats S2.1 and S2.2; not counted again"
    assert row[1].text == "contradicted"


def test_what_a_paper_says_of_the_gpu_is_carried_over_to_the_cpu(make_run: MakeRun) -> None:
    path = make_run(repeats=3)
    set_metric(path, "tensorflow", "train", "train_seconds", [10.0, 11.0, 10.5])
    set_metric(path, "pytorch", "train", "train_seconds", [20.0, 22.0, 21.2])

    (found,) = ledger(path, statement(reading(FASTER), published_on=("cuda",)))

    assert only(found).in_words(only(found).headline) == "reproduced, carried over to the CPU"
    row = statements_table("statements", [found]).groups[0].rows[0]
    assert row[1].text == "reproduced, carried over to the CPU"


@pytest.mark.parametrize(
    ("ratio", "holds", "remark"),
    [
        ({"cpu": 0.5}, FASTER, "the paper’s ratio, 0.500, lies within that interval"),
        ({"cpu": 0.1}, FASTER, "the paper’s ratio, 0.100, lies below that interval"),
        ({"cuda": 0.9}, FASTER, "the paper’s ratio on the GPU, 0.900, lies above that interval"),
        ({"cpu": 0.5}, f"1.5 * {FASTER}", "the paper’s ratio, 0.500, lies within that interval"),
    ],
)
def test_the_papers_ratio_is_compared_with_the_interval(
    make_run: MakeRun, ratio: dict[str, float], holds: str, remark: str
) -> None:
    path = make_run(repeats=3)
    set_metric(path, "tensorflow", "train", "train_seconds", [10.0, 11.0, 10.5])
    set_metric(path, "pytorch", "train", "train_seconds", [20.0, 22.1, 21.0])

    (found,) = ledger(path, statement(reading(holds), published_ratio=ratio))

    assert only(found).headline.reasons[-1] == remark


def test_comparisons_may_be_of_two_workloads(make_run: MakeRun) -> None:
    holds = "train_loss[pytorch on petrol-mlp-defect] < 1000 * train_loss[pytorch on petrol-mlp]"
    run = load_run(make_run(repeats=3, study_file=STUDIES / "s4-keras-pytorch.toml"))
    stated = Statement(
        id="S4.1", text="It is so", place="Table", published="1",
        readings=(reading(holds, workload="petrol-mlp"),),
    )  # fmt: skip
    told = run.studies["s4"].model_copy(update={"statements": (stated,)})

    (found,) = Ledger(run, told, Measurements(run), styles(CONTENDERS)).judged()

    assert found.verdicts == {"cpu": "reproduced"}


@pytest.mark.parametrize(
    ("protocols", "verdict"),
    [(("matched",), "not testable here"), (("published", "matched"), "reproduced")],
)
def test_what_only_own_defaults_can_show_is_not_judged_with_everything_equal(
    make_run: MakeRun, protocols: tuple[str, ...], verdict: str
) -> None:
    path = make_run(repeats=3, protocols=protocols)
    for protocol in protocols:
        set_metric(
            path, "tensorflow", "train", "train_seconds", [10.0, 11.0, 10.5], protocol=protocol
        )
        set_metric(path, "pytorch", "train", "train_seconds", [20.0, 22.1, 21.0], protocol=protocol)

    (found,) = ledger(path, statement(reading(FASTER, needs_own_defaults=True)))

    assert found.verdicts == {"cpu": verdict}
    matched = only(found).judgements["matched"]
    assert matched.reasons[0].startswith("with everything equal it cannot show")


def test_where_own_defaults_were_left_out_in_part_the_matched_verdict_counts(
    make_run: MakeRun,
) -> None:
    """The budget left out predictions with own defaults; trainings with them were there."""
    path = make_run(repeats=3, protocols=("published", "matched"))
    for predicted in path.glob("jobs/*.published.cpu.predict.*"):
        shutil.rmtree(predicted)
    faster = "predict_100_seconds[{}, predict] < predict_100_seconds[{}, predict]"
    set_metric(path, "keras", "predict", "predict_100_seconds", [[0.03], [0.031], [0.029]])
    set_metric(path, "pytorch", "predict", "predict_100_seconds", [[0.01], [0.0101], [0.0099]])

    (found,) = ledger(path, statement(reading(faster.format("pytorch", "keras"))))

    assert found.verdict == "reproduced"
    assert only(found).headline_protocol == "matched"
