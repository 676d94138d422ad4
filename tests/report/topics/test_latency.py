"""Latency and throughput by batch size, and what the instruments saw."""

from pathlib import Path

import pytest

from contract.latency import BatchLatency, Latency
from report.document.document import write_report
from report.document.section import Section
from report.elements.table import Table
from report.run.load import load_run
from report.run.measurements import Setting
from report.topics.latency.latency import Latencies, Timed, least_calls
from tests.report.conftest import MakeRun
from tests.report.run_folder import disturb

MS = 1e-3


def told(path: Path) -> Section:
    (chapter,) = write_report(load_run(path)).chapters
    (section,) = chapter.sections
    return section


def table_of(path: Path) -> Table:
    return told(path).part("latency").tables[0]


def row(table: Table, group: int, contender: str) -> list[str]:
    (found,) = (line for line in table.groups[group].rows if line[0].text == contender)
    return [cell.text for cell in found]


def timed(calls: int) -> Timed:
    return Timed(10, tuple(number * MS for number in range(1, calls + 1)), (1.0,))


def test_quantiles_are_interpolated_between_calls() -> None:
    found = timed(101)

    assert found.quantile(0.5) == pytest.approx(51 * MS)
    assert found.quantile(0.9) == pytest.approx(91 * MS)
    assert found.quantile(0.99) == pytest.approx(100 * MS)


@pytest.mark.parametrize(("share", "calls"), [(0.5, 2), (0.9, 10), (0.99, 100)])
def test_a_quantile_needs_a_call_beyond_it(share: float, calls: int) -> None:
    assert least_calls(share) == calls
    assert timed(calls).quantile(share) is not None
    assert timed(calls - 1).quantile(share) is None


def test_throughput_is_the_batch_over_the_median_call() -> None:
    assert timed(3).samples_per_second == pytest.approx(10 / (2 * MS))


@pytest.mark.parametrize(
    ("best", "expected"), [((64, 128, 128), 128), ((64, 64, 128), 64), ((64, 128), 128)]
)
def test_the_best_batch_is_that_of_most_repeats(best: tuple[int, ...], expected: int) -> None:
    setting = Setting("s2", "mnist-cnn", "pytorch", "matched", "cpu", "predict")
    runs = tuple(
        Latency(
            batches=tuple(
                BatchLatency(batch_size=size, warmup_seconds=(1,), seconds=(size * MS,))
                for size in sorted({1, 100, one})
            ),
            predicted_batch_size=100,
            best_batch_size=one,
            search_ended="throughput",
        )
        for one in best
    )

    found = Latencies(setting, runs)

    assert found.best_size == expected
    assert len(found.timed(100).seconds) == len(best)
    assert len(found.timed(expected).seconds) == best.count(expected)


def test_one_sample_the_studys_batch_and_the_best_one_have_a_group_each(make_run: MakeRun) -> None:
    table = table_of(make_run(repeats=3))

    assert [group.title for group in table.groups] == [
        "One sample at a time",
        "100 at a time",
        "The batch with the highest throughput",
    ]
    assert row(table, 0, "PyTorch")[1:] == ["1", "20.5", "36.1", "40.0", "48.8", "500", "120"]
    assert row(table, 1, "PyTorch")[1] == "100"
    assert row(table, 2, "PyTorch")[1] == "128"
    assert row(table, 2, "PyTorch")[-1] == "80"


def test_a_quantile_that_too_few_calls_cannot_tell_says_so(make_run: MakeRun) -> None:
    table = table_of(make_run(repeats=1))

    assert row(table, 0, "PyTorch")[4] == "—"
    assert "p99 needs 100 calls, and fewer were timed" in dict(table.footnotes).values()


def test_a_search_that_ran_out_of_time_is_told(make_run: MakeRun) -> None:
    table = table_of(make_run(repeats=3))

    marks = {line[0].text: line[1].mark for line in table.groups[2].rows}
    notes = dict(table.footnotes)
    assert [name for name, mark in marks.items() if mark] == ["Keras (TensorFlow)"]
    assert "ran out of time" in notes[marks["Keras (TensorFlow)"]]


def test_what_instruments_saw_stands_among_all_that_was_measured(make_run: MakeRun) -> None:
    table = told(make_run(repeats=2)).part("measured").tables[0]

    cells = {line[0].text: [cell.text for cell in line[1:]] for line in table.groups[0].rows}
    # Two packages; the cores are part of theirs.
    assert set(cells["Energy of the processor packages, J"]) == {"120"}
    assert "Working set, peak, MB" not in cells


def test_what_no_instrument_saw_is_told_once_with_the_reason(make_run: MakeRun) -> None:
    table = told(make_run(repeats=2)).part("measured").tables[0]

    whole = [text for letter, text in table.footnotes if not letter]
    assert "Energy of the GPU and Other GPU processes: a job on the CPU." in whole
    assert sum("not in a container" in text for text in whole) == 1


def test_a_contender_whose_jobs_were_all_disturbed_has_no_row(make_run: MakeRun) -> None:
    path = make_run()
    disturb(path, "pytorch", "predict", 1, 2)

    table = table_of(path)

    names = {line[0].text for group in table.groups for line in group.rows}
    assert "PyTorch" not in names
    assert "Velox ML functions" in names
