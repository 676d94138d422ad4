"""The answer claims what the numbers bear, and no more."""

import json
import shutil
from pathlib import Path

from report.elements.part import Sentence
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
    sentences: tuple[Sentence, ...] = answer(_comparisons(path), styles(CONTENDERS))
    text = {sentence.topic: sentence.text for sentence in sentences}
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
        "Not compared: PyTorch (its equivalence gate failed)."
    )


def test_a_gap_in_accuracy_below_the_error_of_the_test_set_is_a_tie(make_run: MakeRun) -> None:
    """At 99 % and 10,000 images the error of a difference is 0.14 points; the gap is 0.12."""
    path = make_run(contenders=TWO, repeats=3)
    set_metric(path, "pytorch", "train", "test_accuracy", [0.9900] * 3)
    set_metric(path, "tensorflow", "train", "test_accuracy", [0.9912] * 3)
    text = _answers(path)["Accuracy, CPU"]
    assert text == "Too close to call: TensorFlow 99.12 % and PyTorch 99.00 %."


def test_a_gap_in_accuracy_is_told_in_points(make_run: MakeRun) -> None:
    path = make_run(contenders=TWO, repeats=3)
    set_metric(path, "pytorch", "train", "test_accuracy", [0.9700] * 3)
    set_metric(path, "tensorflow", "train", "test_accuracy", [0.9905] * 3)
    assert _answers(path)["Accuracy, CPU"] == (
        "TensorFlow was most accurate: 99.05 % (median of 3 runs). "
        "Behind: PyTorch 97.00 %, 2.05 points away."
    )


def test_what_the_paper_left_empty_is_named(make_run: MakeRun) -> None:
    path = make_run(repeats=3, profile="paper")
    set_metric(path, "velox", "train", "train_seconds", [90.0, 91.0, 92.0])
    set_metric(path, "velox", "train", "test_accuracy", [0.98] * 3)
    velox = styles(CONTENDERS)["velox"].title
    text = _answers(path)["Empty in the paper, measured here"]
    assert text.startswith(f"Training time of {velox} 91.0 s, accuracy of {velox} 98.00 %, ")


def test_nothing_is_said_about_a_device_that_was_not_used(make_run: MakeRun) -> None:
    assert not [topic for topic in _answers(make_run()) if "GPU" in topic]


def test_what_the_test_cannot_find_is_told(make_run: MakeRun) -> None:
    note = confidence_note(_comparisons(make_run(repeats=3)))
    assert "With 3 blocks it finds no difference below 2.48 times the spread" in note


def test_the_fixture_is_a_test_set_of_ten_thousand(make_run: MakeRun) -> None:
    entry = _comparisons(make_run())[1].entries[0]
    assert entry.test_samples == TEST_SAMPLES


def _without(path: Path, contender: str, blocks: str) -> None:
    for folder in path.glob(f"jobs/*.{contender}.*.train.*.repeat[{blocks}]"):
        shutil.rmtree(folder)


def test_who_is_ahead_is_decided_over_the_blocks_that_all_have(make_run: MakeRun) -> None:
    """The machine is slow in the blocks that PyTorch lacks: by all blocks PyTorch would win."""
    pytorch = [11.0, 11.1, 11.2, 50.0, 50.0, 50.0]
    path = _with_times(make_run, pytorch, [10.0, 10.1, 10.2, 40.0, 41.0, 42.0])
    _without(path, "pytorch", "456")
    assert _answers(path)["Training time, CPU"] == (
        "TensorFlow trained fastest: 10.1 s (median of 3 runs). "
        "Behind: PyTorch 11.1 s, 1.10 times as long. "
        "Compared over the 3 blocks that all of them have."
    )


def test_where_test_and_medians_point_apart_nobody_wins(make_run: MakeRun) -> None:
    """PyTorch is slower in six blocks of seven, and faster in the one that both medians are of."""
    tensorflow = [1.0, 2.0, 3.0, 10.0, 20.0, 30.0, 40.0]
    path = _with_times(make_run, [1.2, 2.4, 3.6, 9.9, 24.0, 36.0, 48.0], tensorflow)
    text = _answers(path)["Training time, CPU"]
    assert text == "Too close to call: PyTorch 9.90 s and TensorFlow 10.0 s."


def test_a_contender_with_few_blocks_does_not_take_them_from_the_others(make_run: MakeRun) -> None:
    path = make_run(contenders=("pytorch", "tensorflow", "keras"), repeats=5)
    set_metric(path, "pytorch", "train", "train_seconds", [40.0, 41.0, 42.0, 41.0, 40.5])
    set_metric(path, "tensorflow", "train", "train_seconds", [60.0, 61.5, 62.0, 61.0, 60.5])
    _without(path, "keras", "2345")
    assert _answers(path)["Training time, CPU"] == (
        "PyTorch trained fastest: 41.0 s (median of 5 runs). "
        "Behind: TensorFlow 61.0 s, 1.49 times as long. "
        "Not compared, measured in fewer than half of the blocks: Keras (TensorFlow)."
    )


def test_contenders_without_a_common_block_are_not_compared(make_run: MakeRun) -> None:
    path = _with_times(make_run, [40.0, 41.0], [60.0, 61.0])
    _without(path, "pytorch", "1")
    _without(path, "tensorflow", "2")
    text = _answers(path)["Training time, CPU"]
    assert text == "Too few blocks in common to be compared: TensorFlow 60.0 s and PyTorch 41.0 s."


def test_a_hole_of_the_paper_is_not_filled_by_another_network(make_run: MakeRun) -> None:
    path = make_run(repeats=3, unequal=("velox",), profile="paper")
    assert (
        styles(CONTENDERS)["velox"].title not in _answers(path)["Empty in the paper, measured here"]
    )


def test_a_hole_of_the_paper_is_not_filled_by_a_smaller_training(make_run: MakeRun) -> None:
    assert "Empty in the paper, measured here" not in _answers(make_run(repeats=3))


def test_an_accuracy_that_a_guess_reaches_ranks_nobody(make_run: MakeRun) -> None:
    path = make_run(contenders=TWO, repeats=3)
    set_metric(path, "pytorch", "train", "test_accuracy", [0.099, 0.1, 0.101])
    set_metric(path, "tensorflow", "train", "test_accuracy", [0.089, 0.09, 0.091])

    assert _answers(path)["Accuracy, CPU"] == (
        "Not compared: TensorFlow (no better than a guess) and PyTorch (no better than a guess)."
    )
    assert "Training time, CPU" in _answers(path)


def test_accuracies_on_one_image_rank_nobody(make_run: MakeRun) -> None:
    """100 % against 0 %, in every block."""
    path = make_run(contenders=TWO, repeats=3)
    for contender, right in (("pytorch", 1), ("tensorflow", 0)):
        set_metric(path, contender, "train", "test_accuracy", [float(right)] * 3)
        for result in path.glob(f"jobs/*.{contender}.*.train.*/result.json"):
            content = json.loads(result.read_text(encoding="utf-8"))
            result.write_text(json.dumps(content | {"confusion_matrix": [[right, 1 - right]]}))

    assert "too few test images" in _answers(path)["Accuracy, CPU"]
    assert "most accurate" not in _answers(path)["Accuracy, CPU"]
