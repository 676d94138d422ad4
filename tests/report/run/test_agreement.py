"""Who disagrees on the first epoch's loss, and what that takes away."""

import json
from pathlib import Path

import pytest

from report.compare.cells import match
from report.document.document import write_report
from report.exporters.html.embedded import embedded_data
from report.run.agreement import BlockLosses
from report.run.load import load_run
from report.run.measurements import GateStatus, Measurements
from report.run.scope import Scope, scopes_of
from report.topics.choosing.reference import reference_ratios
from report.topics.ranking.winners import contests
from report.topics.split.split import split_rows
from report.vocabulary.presentation import styles
from tests.report.conftest import MakeRun
from tests.report.run_folder import set_metric

DROPOUT = {"type": "dropout", "name": "drop", "rate": 0.5}


def block(**losses: float) -> BlockLosses:
    return BlockLosses("s2", "mnist-cnn", "cpu", 1, losses)


def scope_of(path: Path) -> Scope:
    run = load_run(path)
    return scopes_of(run, styles(run.contenders))[0]


def gates(path: Path) -> dict[str, GateStatus]:
    scope = scope_of(path)
    settings = scope.settings("matched", "cpu", "predict")
    return {setting.contender: scope.measurements.gate(setting) for setting in settings}


def jobs_of(path: Path, contender: str) -> list[Path]:
    return sorted(path.glob(f"jobs/*.{contender}.matched.cpu.train.*/job.json"))


def test_losses_within_a_hundredth_agree() -> None:
    assert block(pytorch=0.5, keras=0.5049).agree
    assert not block(pytorch=0.5, keras=0.5051).agree


def test_equal_contenders_agree_as_far_apart_as_they_were_measured() -> None:
    """ResNet-18 after two steps, S2's network after 313."""
    assert block(tensorflow=3.44106, pytorch=3.43627).agree
    assert block(velox=0.30763, keras=0.30731, tensorflow=0.30731, pytorch=0.30756).agree


def test_the_one_that_disagrees_with_the_median_is_the_outlier() -> None:
    assert block(pytorch=0.5, keras=0.5001, velox=0.52).outliers == ("velox",)


def test_of_two_that_disagree_both_are_outliers() -> None:
    assert block(pytorch=0.5, keras=0.52).outliers == ("pytorch", "keras")


@pytest.mark.parametrize("losses", [(1.0, 1.009, 1.018), (1.0, 1.0, 1.02, 1.02)])
def test_those_that_are_left_agree_with_one_another(losses: tuple[float, ...]) -> None:
    found = block(**{f"c{number}": loss for number, loss in enumerate(losses)})
    left = {name: loss for name, loss in found.losses.items() if name not in found.outliers}
    assert found.outliers
    assert max(left.values(), default=1) - min(left.values(), default=1) <= 1e-2


def test_losses_of_zero_agree() -> None:
    assert block(pytorch=0.0, keras=0.0).agree


def test_an_outlier_of_one_block_is_not_comparable_in_any(make_run: MakeRun) -> None:
    assert gates(make_run(disagreeing="keras")) == {
        "pytorch": "passed",
        "tensorflow": "passed",
        "keras": "disagreed",
        "velox": "passed",
    }


def test_only_those_that_passed_the_gate_are_asked_to_agree(make_run: MakeRun) -> None:
    """With a failed one among two, the other would disagree with it."""
    path = make_run(contenders=("pytorch", "keras"), unequal=("keras",), disagreeing="keras")
    assert gates(path) == {"pytorch": "passed", "keras": "failed"}


def test_networks_with_dropout_need_not_agree(make_run: MakeRun) -> None:
    path = make_run(disagreeing="keras")
    for contender in ("pytorch", "tensorflow", "keras", "velox"):
        for job in jobs_of(path, contender):
            content = json.loads(job.read_text(encoding="utf-8"))
            content["model"]["layers"].append(DROPOUT)
            job.write_text(json.dumps(content), encoding="utf-8")
    assert set(gates(path).values()) == {"passed"}


def test_a_workload_with_a_defect_on_purpose_need_not_agree(make_run: MakeRun) -> None:
    path = make_run(disagreeing="keras")
    study = path / "studies" / "s2.toml"
    text = study.read_text(encoding="utf-8")
    on_purpose = '[[workloads]]\ngate_fails_because = "its loss broadcasts"\n'
    study.write_text(text.replace("[[workloads]]\n", on_purpose), encoding="utf-8")
    assert Measurements(load_run(path)).disagreements == ()


def test_own_defaults_need_not_agree(make_run: MakeRun) -> None:
    path = make_run(protocols=("published",), disagreeing="keras")
    assert Measurements(load_run(path)).disagreements == ()


DISAGREED = ({"disagreeing": "pytorch"}, "its training loss disagrees with that of the others")
FAILED = ({"unequal": ("pytorch",)}, "its equivalence gate failed")


@pytest.fixture(params=[DISAGREED, FAILED], ids=["disagreed", "failed"])
def barred(request: pytest.FixtureRequest, make_run: MakeRun) -> tuple[Path, str]:
    """A run whose first contender in everything may not be compared, and why."""
    knobs, reason = request.param
    path = make_run(repeats=3, develops=True, protocols=("published", "matched"), **knobs)
    for protocol in ("published", "matched"):
        for task, metric, value in (
            ("train", "train_seconds", 1.0),
            ("predict", "predict_100_seconds", [1e-4]),
            ("train", "peak_memory_bytes", 1),
        ):
            set_metric(path, "pytorch", task, metric, [value] * 3, protocol=protocol)
    return path, reason


def test_a_barred_contender_wins_under_no_protocol(barred: tuple[Path, str]) -> None:
    path, reason = barred
    awards = [award for found in contests(scope_of(path)) for award in found.awards.values()]
    assert len(awards) > 1
    assert "pytorch" not in {award.winner for award in awards}
    assert any(f"PyTorch is not compared: {reason}" in award.reason for award in awards)


def test_a_barred_contender_is_no_answer(barred: tuple[Path, str]) -> None:
    path, reason = barred
    report = write_report(load_run(path))
    answers = [found.text for section in report.sections for found in section.sentences]
    assert any(f"Not compared: PyTorch ({reason})." in text for text in answers)
    leaders = [text.split(". Not compared")[0] for text in answers]
    assert not any("PyTorch" in text for text in leaders)


def test_a_barred_contender_is_compared_with_none_for_who_has_to_choose(
    barred: tuple[Path, str],
) -> None:
    path, reason = barred
    run = load_run(path)
    facts = reference_ratios(run, scopes_of(run, styles(run.contenders)))
    assert facts is not None
    assert facts.reference != "pytorch"
    assert facts.aspects
    assert not any("pytorch" in aspect.ratios for aspect in facts.aspects)
    assert f"Not compared: PyTorch ({reason})." in write_report(run).choice.sentences


def test_no_gap_is_split_with_a_barred_contender(barred: tuple[Path, str]) -> None:
    scope = scope_of(barred[0])
    splits = split_rows(scope.comparisons("published"), scope.comparisons("matched"))
    assert splits
    assert not any("pytorch" in (found.contender, found.reference) for found in splits)


def test_no_statement_is_judged_by_a_barred_contender(barred: tuple[Path, str]) -> None:
    report = write_report(load_run(barred[0]))
    about = [
        found
        for chapter in report.chapters
        for judged in chapter.judged
        for found in judged.readings
        if all("pytorch" in str(one) for one in found.reading.comparisons(found.device))
    ]
    assert about
    verdicts = {found.verdict for judged in about for found in judged.judgements.values()}
    assert verdicts == {"not testable here"}


def test_a_barred_contender_is_not_compared_with_another_run(barred: tuple[Path, str]) -> None:
    path, reason = barred
    run = load_run(path)
    cells, obstacles = match(run, run)
    assert "pytorch" not in {cell.setting.contender for cell in cells}
    assert any(obstacle.reason.startswith(f"first run: {reason}") for obstacle in obstacles)


def test_a_barred_contender_is_not_compared_where_a_reader_explores(
    barred: tuple[Path, str],
) -> None:
    path, reason = barred
    data = json.loads(embedded_data(write_report(load_run(path))))
    reasons = {one["contender"]: one["incomparable"] for one in data["series"]}
    assert reasons == {"pytorch": reason, "tensorflow": "", "keras": "", "velox": ""}
