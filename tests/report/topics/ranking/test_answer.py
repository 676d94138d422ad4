"""The answer claims what the numbers bear, and no more."""

from __future__ import annotations

from pathlib import Path

from report.elements.part import Statement
from report.run.comparison import Comparison, compare
from report.run.load import load_run
from report.run.measurements import Measurements
from report.topics.ranking.answer import answer, confidence_note
from report.vocabulary.presentation import styles
from tests.report.conftest import MakeRun
from tests.report.run_folder import set_metric, study
from tests.report.sample_results import TEST_SAMPLES

CONTENDERS = ("pytorch", "tensorflow", "keras", "velox")
TWO = ("pytorch", "tensorflow")


def _comparisons(path: Path) -> tuple[Comparison, ...]:
    return compare("s2", study().published[0], "matched", Measurements(load_run(path)))


def _answers(path: Path) -> dict[str, str]:
    statements: tuple[Statement, ...] = answer(_comparisons(path), styles(CONTENDERS))
    text = {statement.topic: statement.text for statement in statements}
    return {topic: words.replace("\N{NO-BREAK SPACE}", " ") for topic, words in text.items()}


def _with_times(make_run: MakeRun, pytorch: list[float], tensorflow: list[float]) -> Path:
    path = make_run(contenders=TWO, repeats=len(pytorch))
    set_metric(path, "pytorch", "train", "train_seconds", pytorch)
    set_metric(path, "tensorflow", "train", "train_seconds", tensorflow)
    return path


def test_a_clear_winner_and_its_lead(make_run: MakeRun) -> None:
    path = _with_times(make_run, [40.0, 41.0, 42.0], [60.0, 61.5, 62.0])
    assert _answers(path)["Training time, CPU"] == (
        "PyTorch trained fastest: 41.0 s (median of 3 runs). "
        "Behind: TensorFlow 61.5 s, 1.50 times as long."
    )


def test_a_gap_that_changes_its_sign_is_no_victory(make_run: MakeRun) -> None:
    path = _with_times(make_run, [40.0, 41.0, 61.0], [60.0, 61.5, 62.0])
    text = _answers(path)["Training time, CPU"]
    assert text == "Too close to call: PyTorch 41.0 s and TensorFlow 61.5 s."


def test_a_single_run_is_not_comparable(make_run: MakeRun) -> None:
    path = _with_times(make_run, [40.0], [60.0])
    text = _answers(path)["Training time, CPU"]
    assert text == "A single run, not comparable: PyTorch 40.0 s and TensorFlow 60.0 s."
    assert confidence_note(_comparisons(path)).startswith("A single run shows neither noise")


def test_a_failed_gate_wins_nothing(make_run: MakeRun) -> None:
    path = make_run(contenders=TWO, repeats=3, unequal=("pytorch",))
    set_metric(path, "pytorch", "train", "train_seconds", [1.0, 1.0, 1.0])
    set_metric(path, "tensorflow", "train", "train_seconds", [60.0, 61.0, 62.0])
    assert _answers(path)["Training time, CPU"] == (
        "Only one contender can be compared: TensorFlow 61.0 s. "
        "Not compared, without a passed equivalence gate: PyTorch."
    )


def test_a_gap_in_accuracy_below_the_error_of_the_test_set_is_a_tie(make_run: MakeRun) -> None:
    """At 99 % and 10,000 images the standard error is 0.10 points; the gap is 0.05."""
    path = make_run(contenders=TWO, repeats=3)
    set_metric(path, "pytorch", "train", "test_accuracy", [0.9900] * 3)
    set_metric(path, "tensorflow", "train", "test_accuracy", [0.9905] * 3)
    text = _answers(path)["Accuracy, CPU"]
    assert text == "Too close to call: TensorFlow 99.05 % and PyTorch 99.00 %."


def test_a_gap_in_accuracy_is_told_in_points(make_run: MakeRun) -> None:
    path = make_run(contenders=TWO, repeats=3)
    set_metric(path, "pytorch", "train", "test_accuracy", [0.9700] * 3)
    set_metric(path, "tensorflow", "train", "test_accuracy", [0.9905] * 3)
    assert _answers(path)["Accuracy, CPU"] == (
        "TensorFlow was most accurate: 99.05 % (median of 3 runs). "
        "Behind: PyTorch 97.00 %, 2.05 points away."
    )


def test_what_the_paper_left_empty_is_named(make_run: MakeRun) -> None:
    path = make_run(repeats=3)
    set_metric(path, "velox", "train", "train_seconds", [90.0, 91.0, 92.0])
    set_metric(path, "velox", "train", "test_accuracy", [0.98] * 3)
    velox = styles(CONTENDERS)["velox"].title
    text = _answers(path)["Empty in the paper, measured here"]
    assert text == f"Training time of {velox} 91.0 s and accuracy of {velox} 98.00 %."


def test_nothing_is_said_about_a_device_that_was_not_used(make_run: MakeRun) -> None:
    assert not [topic for topic in _answers(make_run()) if "GPU" in topic]


def test_what_the_test_cannot_find_is_told(make_run: MakeRun) -> None:
    note = confidence_note(_comparisons(make_run(repeats=3)))
    assert "With 3 blocks it finds no difference below 2.48 times the spread" in note


def test_the_fixture_is_a_test_set_of_ten_thousand(make_run: MakeRun) -> None:
    entry = _comparisons(make_run())[1].entries[0]
    assert entry.test_samples == TEST_SAMPLES
