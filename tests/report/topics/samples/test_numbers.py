"""The numbers behind the verdicts: a row per quantity, a link to its samples."""

from dataclasses import replace
from pathlib import Path

from contract.result import Failure
from report.document.document import write_report
from report.elements.table import Cell, Table
from report.run.load import load_run
from report.run.quantities import StatedQuantity
from report.statistics.summary import MIN_INTERVAL_SAMPLES
from report.topics.samples.numbers import numbers_table
from tests.report.conftest import MakeRun
from tests.report.run_folder import add_turns, disturb, set_metric, study
from tests.report.topics.samples.given import STEP, TRAINING, developed, quantity, scope_of

INTERVAL = "95 % interval"


def numbers(path: Path, *tested: StatedQuantity) -> Table:
    return numbers_table(study(), scope_of(path), tested)


def only_row(table: Table) -> list[Cell]:
    ((row,),) = (group.rows for group in table.groups)
    return list(row)


def texts(path: Path, one: StatedQuantity) -> list[str]:
    """Return the only row of a table, without the contender."""
    return [cell.text for cell in only_row(numbers(path, one))[1:]]


def test_a_row_has_median_range_and_number_of_samples(make_run: MakeRun) -> None:
    path = make_run(repeats=3)
    set_metric(path, "velox", "train", "train_seconds", [10.0, 14.0, 11.0])

    assert texts(path, TRAINING) == ["11.0", "10.0 – 14.0", "3 samples"]


def test_a_row_has_an_anchor_and_leads_to_its_samples(make_run: MakeRun) -> None:
    name, *_, samples = only_row(numbers(make_run(), TRAINING))

    assert name.text == "Velox ML functions"
    assert name.anchor == "s2.mnist-cnn.velox.matched.cpu.train.train_seconds"
    assert samples.href == f"#samples-{name.anchor}"


def test_only_the_samples_that_count_are_counted(make_run: MakeRun) -> None:
    path = make_run(repeats=3)
    set_metric(path, "velox", "train", "train_seconds", [10.0, 14.0, 11.0])
    disturb(path, "velox", "train", 2)

    assert texts(path, TRAINING) == ["10.5", "10.0 – 11.0", "2 samples"]


def test_below_six_samples_there_is_no_interval(make_run: MakeRun) -> None:
    table = numbers(make_run(repeats=3), TRAINING)

    assert INTERVAL not in [header.text for header in table.headers]
    ((letter, text),) = table.footnotes
    assert letter == ""
    assert text.replace("\N{NO-BREAK SPACE}", " ") == (
        "An interval that covers a median in 95 % of cases needs 6 samples."
    )


def test_from_six_samples_on_there_is_an_interval(make_run: MakeRun) -> None:
    path = make_run(repeats=MIN_INTERVAL_SAMPLES)
    set_metric(path, "velox", "train", "train_seconds", [10.0, 10.2, 10.4, 10.6, 10.8, 11.0])
    table = numbers(path, TRAINING)

    low, high = only_row(table)[3].text.split(" – ")

    assert table.headers[3].text == INTERVAL
    assert 10 <= float(low) < 10.5 < float(high) <= 11


def test_a_single_sample_has_no_range(make_run: MakeRun) -> None:
    table = numbers(make_run(repeats=1), TRAINING)
    cell = only_row(table)[2]

    assert cell.text == "—"
    assert dict(table.footnotes)[cell.mark] == "A single sample has no range."


def test_what_has_no_sample_says_why(make_run: MakeRun) -> None:
    failing = {"velox": Failure(cause="no memory left", remedy="give it more")}
    table = numbers(make_run(failing=failing), TRAINING)
    _, *missing, samples = only_row(table)

    assert {dict(table.footnotes)[cell.mark] for cell in missing} == {"failed: no memory left"}
    assert samples.text == "0 samples"


def test_turns_are_summed_up_over_their_blocks(make_run: MakeRun) -> None:
    path = make_run()
    add_turns(path, {"velox": [0.01, 0.03]})

    assert texts(path, STEP) == ["0.0200", "0.0100 – 0.0300", "2 samples"]


def test_what_is_measured_once_has_a_row_too(make_run: MakeRun) -> None:
    table = numbers(make_run(develops=True), developed("source_lines"))
    (group,) = table.groups

    assert group.title == "Source lines of the runner, lines"
    assert group.note == "counted or measured once, whatever the workload"
    assert only_row(table)[0].anchor == "s2.velox.source_lines"
    assert [cell.text for cell in only_row(table)[1:]] == ["1,900", "—", "1 sample"]


def test_contenders_stand_together_by_protocol_then_by_metric(make_run: MakeRun) -> None:
    own = replace(TRAINING, protocol="published")
    other = replace(TRAINING, quantity=TRAINING.quantity.model_copy(update={"contender": "keras"}))
    memory = quantity("peak_memory_bytes")
    table = numbers(make_run(develops=True), developed("packages"), memory, TRAINING, other, own)

    assert [(group.title, group.note) for group in table.groups] == [
        ("Training time, s", "training, own defaults, CPU"),
        ("Training time, s", "training, matched, CPU"),
        ("Peak memory, MB", "training, matched, CPU"),
        ("Packages installed", "counted or measured once, whatever the workload"),
    ]
    assert [row[0].text for row in table.groups[1].rows] == [
        "Keras (TensorFlow)",
        "Velox ML functions",
    ]


def test_a_run_that_tests_nothing_has_neither_numbers_nor_samples(make_run: MakeRun) -> None:
    failure = Failure(cause="no memory left", remedy="give it more")
    path = make_run(tasks=("train",), failing=dict.fromkeys(("pytorch", "velox"), failure),
                    contenders=("pytorch", "velox"))  # fmt: skip
    (chapter,) = write_report(load_run(path)).chapters

    assert not {"numbers", "samples"} & {part.key for part in chapter.parts}
