"""Page one's matrix: how far every contender is from the best, and whether the samples bear it."""

import pytest

from report.document.document import write_report
from report.elements.table import Cell, Table
from report.run.load import load_run
from report.run.scope import scopes_of
from report.topics.overview.matrix import Aspect, overview
from report.topics.overview.table import matrix_table
from report.vocabulary.presentation import styles
from tests.report.conftest import MakeRun
from tests.report.run_folder import set_metric

TRAIN = {
    "pytorch": [10.0, 11.0, 12.0],
    "tensorflow": [20.0, 22.1, 24.0],
    "keras": [10.1, 10.9, 12.3],
    "velox": [40.0, 44.0, 48.1],
}
ACCURACY = {
    "pytorch": [0.97, 0.971, 0.9705],
    "tensorflow": [0.98, 0.981, 0.9804],
    "keras": [0.95, 0.951, 0.9502],
    "velox": [0.98, 0.9809, 0.9806],
}


@pytest.fixture
def aspects(make_run: MakeRun) -> dict[str, Aspect]:
    path = make_run(repeats=3)
    for contender, seconds in TRAIN.items():
        set_metric(path, contender, "train", "train_seconds", seconds)
        set_metric(path, contender, "train", "test_accuracy", ACCURACY[contender])
    run = load_run(path)
    scopes = scopes_of(run, styles(run.contenders))
    return {aspect.info.title: aspect for aspect in overview(scopes)}


def test_the_fastest_is_the_measure_of_the_others(aspects: dict[str, Aspect]) -> None:
    training = aspects["Training time"]
    assert training.best == "pytorch"
    assert training.distances["pytorch"].value == 1
    assert training.distances["velox"].value == pytest.approx(4, abs=0.01)


def test_only_what_the_paired_test_tells_apart_is_behind(aspects: dict[str, Aspect]) -> None:
    distances = aspects["Training time"].distances
    assert {name for name, found in distances.items() if found.is_apart} == {"tensorflow", "velox"}


def test_an_interval_holds_its_ratio(aspects: dict[str, Aspect]) -> None:
    for name, found in aspects["Training time"].distances.items():
        if name != "pytorch":
            assert found.test is not None
            assert found.test.low < found.value < found.test.high


def test_accuracies_differ_by_points_not_by_ratios(aspects: dict[str, Aspect]) -> None:
    accuracy = aspects["Test accuracy"]
    assert accuracy.distances["keras"].value == pytest.approx(3.01, abs=0.01)
    assert accuracy.distances["keras"].is_apart


def _row(table: Table, title: str) -> tuple[Cell, ...]:
    return next(row for row in table.groups[0].rows if row[0].text == title)


def test_cells_carry_ratio_interval_and_what_follows(aspects: dict[str, Aspect]) -> None:
    styled = styles(TRAIN)
    table = matrix_table("overview", [aspects["Training time"]], list(TRAIN), styled)
    assert _row(table, "PyTorch")[1].kind == "best"
    assert _row(table, "Keras (TensorFlow)")[1].notes[1] == "≈ best"
    velox = _row(table, styled["velox"].title)[1]
    assert velox.text == "4.00 ×"
    assert velox.notes[1] == "behind"


def test_who_cannot_be_compared_has_a_reason_instead_of_a_number(make_run: MakeRun) -> None:
    report = write_report(load_run(make_run(repeats=3, unequal=("velox",))))
    assert report.overview is not None
    velox = _row(report.overview, "Velox ML functions")
    assert {cell.text for cell in velox[1:]} == {"—"}
    assert any("its equivalence gate failed" in text for _, text in report.overview.footnotes)


def test_a_single_block_gives_ratios_without_intervals(make_run: MakeRun) -> None:
    report = write_report(load_run(make_run(repeats=1)))
    assert report.overview is not None
    assert all(len(cell.notes) < 2 for cell in _row(report.overview, "Velox ML functions"))
    assert any("one block" in text for _, text in report.overview.footnotes)


def test_of_a_single_block_nobody_is_called_the_best(make_run: MakeRun) -> None:
    report = write_report(load_run(make_run(repeats=1)))
    assert report.overview is not None
    cells = [cell for row in report.overview.groups[0].rows for cell in row[1:]]
    assert {cell.kind for cell in cells} == {"number"}
