"""What tested statements compare: by it a reader gets from a verdict to its numbers."""

import shutil
from pathlib import Path

from report.run.quantities import anchor_of
from report.topics.statements.quantities import compared_quantities
from tests.report.conftest import MakeRun
from tests.report.topics.statements.test_ledger import FASTER, ledger, only, reading, statement


def anchors(path: Path, *holds: str) -> list[str]:
    """Return those of statements with a single reading each."""
    stated = [statement(reading(text), number=n) for n, text in enumerate(holds, start=1)]
    return [one.anchor for one in compared_quantities("s2", ledger(path, *stated))]


def test_both_sides_are_there_once_whatever_their_factors(make_run: MakeRun) -> None:
    twice = "2 * train_seconds[tensorflow] > train_seconds[pytorch]"

    assert anchors(make_run(), FASTER, twice) == [
        "s2.mnist-cnn.tensorflow.matched.cpu.train.train_seconds",
        "s2.mnist-cnn.pytorch.matched.cpu.train.train_seconds",
    ]


def test_what_cannot_be_tested_is_not_there(make_run: MakeRun) -> None:
    assert anchors(make_run(unequal=("tensorflow",)), FASTER) == []


def test_the_protocol_is_that_of_the_verdict_that_counts(make_run: MakeRun) -> None:
    path = make_run(repeats=3, protocols=("published", "matched"))
    own = anchors(path, FASTER)
    for later in path.glob("jobs/*.published.*.repeat[23]"):
        shutil.rmtree(later)

    assert {anchor.split(".")[3] for anchor in own} == {"published"}
    assert {anchor.split(".")[3] for anchor in anchors(path, FASTER)} == {"matched"}


def test_a_statement_finds_the_row_of_each_side(make_run: MakeRun) -> None:
    judged = ledger(make_run(), statement(reading(FASTER)))
    found = only(judged[0])
    ((left, right),) = (one.quantities for one in found.reading.comparisons(found.device))

    assert [one.anchor for one in compared_quantities("s2", judged)] == [
        anchor_of("s2", side, found.headline_protocol) for side in (left, right)
    ]


def test_metrics_of_development_have_no_protocol(make_run: MakeRun) -> None:
    holds = "source_lines[keras] < source_lines[pytorch]"

    assert anchors(make_run(develops=True), holds) == [
        "s2.keras.source_lines",
        "s2.pytorch.source_lines",
    ]
