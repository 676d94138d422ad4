"""Exact cells."""

from dataclasses import replace
from pathlib import Path

import pytest

from contract.base import Protocol
from contract.result import Failure
from contract.study import load_study
from report.elements.table import Cell, Footnotes, Table
from report.run.comparison import Comparison, Entry, compare
from report.run.conditions import differing
from report.run.load import load_run
from report.run.measurements import Measurements
from report.run.records import Run
from report.run.scope import Scope, scopes_of
from report.topics.conditions.table import (
    conditions_part,
    conditions_table,
    measured_table,
    model_table,
)
from report.topics.environment.table import (
    data_table,
    host_table,
    pins_table,
    software_table,
    unmeasured_table,
)
from report.topics.published.table import completed_table, detailed_table
from report.vocabulary.presentation import Style, styles
from tests.report.conftest import MakeRun
from tests.report.run_folder import STUDIES, set_metric, study

CONTENDERS = ("pytorch", "tensorflow", "keras", "velox")
MATCHED: Protocol = "matched"


@pytest.fixture
def styled() -> dict[str, Style]:
    return styles(CONTENDERS)


def _comparisons(path: Path) -> tuple[Comparison, ...]:
    measurements = Measurements(load_run(path))
    return compare("s2", study().published[0], MATCHED, measurements)


def _completed(path: Path, styled: dict[str, Style]) -> Table:
    return completed_table("t", study().published[0], {MATCHED: _comparisons(path)}, styled)


def _scope(path: Path) -> Scope:
    run = load_run(path)
    return scopes_of(run, styles(run.contenders))[0]


def _rows(table: Table, group: str) -> list[list[str]]:
    found = next(item for item in table.groups if item.title == group)
    return [[cell.text for cell in row] for row in found.rows]


def _note(table: Table, cell: Cell) -> str:
    return dict(table.footnotes)[cell.mark]


@pytest.fixture
def known(make_run: MakeRun) -> Path:
    """A run on the paper's scale whose training times and memory are round numbers."""
    path = make_run(repeats=3, profile="paper")
    for contender, base in zip(CONTENDERS, (40, 50, 60, 90), strict=True):
        times = [base + 1.0, base + 3.0, base + 2.0]
        set_metric(path, contender, "train", "train_seconds", times)
        memory = [base * 10_000_000] * 3
        set_metric(path, contender, "predict", "inference_peak_memory_bytes", memory)
    return path


def test_the_papers_table_with_ours_below(known: Path, styled: dict[str, Style]) -> None:
    table = _completed(known, styled)
    assert [header.text for header in table.headers] == [
        "Source",
        "TF CPU",
        "PyTorch CPU",
        "Velox ML CPU",
        "TF GPU",
        "PyTorch GPU",
    ]
    assert _rows(table, "Training time") == [
        ["published", "687.23", "824.86", "—", "44.44", "85.89"],
        ["reproduced", "62.0", "42.0", "92.0", "—", "—"],
        ["reproduced, TensorFlow", "52.0", "", "", "—", ""],
    ]


def test_the_papers_empty_cells_are_filled_and_say_so(
    known: Path, styled: dict[str, Style]
) -> None:
    table = _completed(known, styled)
    published, reproduced = table.groups[0].rows[0][3], table.groups[0].rows[1][3]
    assert _note(table, published) == "the paper gives no value"
    assert (reproduced.kind, reproduced.notes) == ("filled", ("empty in the paper, measured here",))


def test_no_cell_is_filled_by_a_smaller_training(
    make_run: MakeRun, styled: dict[str, Style]
) -> None:
    """S2's paper has no accuracy of Velox; that after 2 of 12 epochs is not the one it lacks."""
    table = _completed(make_run(repeats=1), styled)
    accuracy = table.groups[1].rows[1][3]
    assert accuracy.kind == "number"
    assert _note(table, accuracy) == (
        "of another scale than the paper’s: 2 of 12 epochs, the first 10,000 training samples"
    )


def test_no_cell_is_filled_by_a_guess(make_run: MakeRun, styled: dict[str, Style]) -> None:
    path = make_run(repeats=1, profile="paper")
    set_metric(path, "velox", "train", "test_accuracy", [0.1])
    table = _completed(path, styled)
    accuracy = table.groups[1].rows[1][3]
    assert (accuracy.text, accuracy.kind) == ("10.00", "number")
    assert _note(table, accuracy) == "not compared: no better than a guess"


def test_a_column_for_another_device_is_no_hole_of_the_paper(
    make_run: MakeRun, styled: dict[str, Style]
) -> None:
    """S4 measured with a GPU; the kit adds columns for a CPU."""
    file = STUDIES / "s4-keras-pytorch.toml"
    path = make_run(study_file=file, contenders=("keras", "pytorch"), profile="paper")
    printed, *_ = load_study(file).published
    compared = compare("s4", printed, MATCHED, Measurements(load_run(path)))

    table = completed_table("t", printed, {MATCHED: compared}, styled)

    published, reproduced = table.groups[0].rows
    assert [cell.text for cell in published[1:3]] == ["0.993", "0.999"]
    assert _note(table, published[3]) == "the paper did not measure on this device"
    assert (reproduced[3].kind, reproduced[3].notes) == ("number", ())


def test_a_missing_cell_says_why(known: Path, styled: dict[str, Style]) -> None:
    table = _completed(known, styled)
    assert _note(table, table.groups[0].rows[1][4]) == "this run used the CPU, not a GPU"


def test_every_qualification_of_a_number(known: Path, styled: dict[str, Style]) -> None:
    table = detailed_table("t", _comparisons(known), styled, ["cpu"])
    row = _rows(table, "Training time")[1]
    assert row == ["TensorFlow, CPU", "687.23", "52.0", "51.0 – 53.0", "—", "3", "0.0757"]
    row = _rows(table, "Peak memory")[2]
    assert row == ["PyTorch, CPU", "1499.941", "381", "381 – 381", "—", "3", "0.254"]


def test_a_smaller_training_is_no_multiple_of_the_papers(
    make_run: MakeRun, styled: dict[str, Style]
) -> None:
    table = detailed_table("t", _comparisons(make_run(repeats=1)), styled, ["cpu"])
    time, memory = table.groups[0].rows[0][6], table.groups[4].rows[0][6]
    assert _note(table, time).startswith("of another scale than the paper’s: 2 of 12 epochs")
    assert memory.kind == "number"  # what a prediction takes depends on no training


def test_a_number_near_zero_is_no_part_of_a_ratio(
    make_run: MakeRun, styled: dict[str, Style]
) -> None:
    """S4's paper prints a training MSE of 0.0000237."""
    file = STUDIES / "s4-keras-pytorch.toml"
    path = make_run(study_file=file, contenders=("keras", "pytorch"), profile="paper")
    compared = compare("s4", load_study(file).published[1], MATCHED, Measurements(load_run(path)))
    on_a_gpu = [replace(row, entries=_as_on_the_papers_device(row)) for row in compared]

    table = detailed_table("t", on_a_gpu, styled, ["cuda"])

    keras, pytorch = (row[6] for row in table.groups[0].rows)
    assert _note(table, keras) == "one of the two is too near to zero for a ratio to mean anything"
    assert pytorch.kind == "number"


def _as_on_the_papers_device(comparison: Comparison) -> tuple[Entry, ...]:
    """Give the paper's columns, of a GPU, what was measured on the CPU."""
    measured = {entry.contender: entry.measured for entry in comparison.on("cpu")}
    entries = (entry for entry in comparison.entries if entry.column.device == "cuda")
    return tuple(replace(entry, measured=measured[entry.contender]) for entry in entries)


def test_three_runs_have_a_range_and_no_interval(known: Path, styled: dict[str, Style]) -> None:
    table = detailed_table("t", _comparisons(known), styled, ["cpu"])
    assert _note(table, table.groups[0].rows[0][4]).replace("\N{NO-BREAK SPACE}", " ") == (
        "a 95 % interval of a median needs 6 runs; the range of 3 runs covers it in 75 % at best"
    )


def test_one_run_has_neither_range_nor_interval(
    make_run: MakeRun, styled: dict[str, Style]
) -> None:
    table = detailed_table("t", _comparisons(make_run(repeats=1)), styled, ["cpu"])
    spread = table.groups[0].rows[0][3:5]
    assert [_note(table, cell) for cell in spread] == ["one run shows no spread"] * 2


def test_a_contender_that_failed_the_gate_is_marked(
    make_run: MakeRun, styled: dict[str, Style]
) -> None:
    table = _completed(make_run(unequal=("pytorch",)), styled)
    assert "its equivalence gate failed" in _note(table, table.groups[0].rows[1][2])


def test_equal_remarks_share_a_letter() -> None:
    footnotes = Footnotes()
    letters = [footnotes.letter(text) for text in ("one", "two", "one")]
    assert letters == ["a", "b", "a"]
    assert footnotes.notes == (("a", "one"), ("b", "two"))


def test_letters_never_run_out() -> None:
    footnotes = Footnotes()
    assert len({footnotes.letter(str(number)) for number in range(60)}) == 60


def test_everything_measured_stands_under_its_task(known: Path, styled: dict[str, Style]) -> None:
    table = measured_table("m", _scope(known), MATCHED, "cpu")
    training, prediction = table.groups
    first = training.rows[0]
    assert [cell.text for cell in first] == ["Training time, s", "42.0", "52.0", "62.0", "92.0"]
    assert first[1].notes == ("41.0 – 43.0, n = 3",)
    labels = [row[0].text for row in prediction.rows]
    assert "Time to predict 100 samples, s" in labels
    assert "Training time, s" not in labels


def test_the_machine_and_its_software(plain_dir: Path, styled: dict[str, Style]) -> None:
    run = load_run(plain_dir)
    host = {row[0].text: row[1].text for row in host_table(run).groups[0].rows}
    assert host["Memory"] == "24.0 GiB"
    assert host["Frequency governor"] == "not reported by the kernel"
    software = {row[0].text: [cell.text for cell in row[1:]] for row in
                software_table(run, styled).groups[0].rows}  # fmt: skip
    assert software["torch"] == ["2.13.0", "—", "—", "—"]
    assert software["Image digest"] == ["no container"] * 4


def test_pins_are_shown_as_they_were_read_back(plain_dir: Path, styled: dict[str, Style]) -> None:
    rows = {row[0].text: row for row in pins_table(load_run(plain_dir), styled).groups[0].rows}
    assert [(cell.text, cell.kind) for cell in rows["cpus"][1:]] == [("0,1", "pass")] * 4


def test_jobs_without_a_measurement_name_cause_and_remedy(make_run: MakeRun) -> None:
    failure = Failure(cause="out of memory", remedy="raise the limit")
    table = unmeasured_table(load_run(make_run(failing={"velox": failure}, repeats=1)))
    assert table is not None
    (row,) = table.groups[0].rows
    assert [cell.text for cell in row] == ["1 job", "failed", "out of memory", "raise the limit"]
    assert row[0].notes == ("s2.mnist-cnn.velox.matched.cpu.train.seed1.repeat1",)


def test_jobs_with_one_cause_share_a_row(make_run: MakeRun) -> None:
    failure = Failure(cause="out of memory", remedy="raise the limit")
    table = unmeasured_table(load_run(make_run(failing={"velox": failure}, repeats=3)))
    assert table is not None
    (row,) = table.groups[0].rows
    assert (row[0].text, len(row[0].notes)) == ("3 jobs", 3)


def test_data_are_named_by_content_with_their_readers(
    plain_dir: Path, styled: dict[str, Style]
) -> None:
    table = data_table(load_run(plain_dir), styled)
    assert table is not None
    (row,) = table.groups[0].rows
    assert [cell.text for cell in row[:3]] == ["train_images", "cd" * 6, "S2"]
    assert "PyTorch" in row[3].text


def test_a_good_run_has_no_table_of_failures(plain_dir: Path) -> None:
    assert unmeasured_table(load_run(plain_dir)) is None


def test_the_network_layer_by_layer() -> None:
    table = model_table("n", study().workloads[0].model)
    assert "225,034 weights" in table.caption
    first = [cell.text for cell in table.groups[0].rows[0]]
    assert first == [
        "conv2d (filters 32, kernel size 3, padding valid)",
        "28 × 28 × 1",
        "26 × 26 × 32",
        "320",
    ]


def test_conditions_that_differ_are_found(plain_dir: Path) -> None:
    specs = [job.spec for job in load_run(plain_dir).jobs if job.spec]
    assert differing(specs) == []
    longer = specs[0].model_copy(update={"epochs": 99})
    assert differing([*specs, longer]) == ["Epochs"]


def test_a_quota_stands_beside_the_cpus(plain_run: Run) -> None:
    spec = next(job.spec for job in plain_run.jobs if job.spec is not None)
    limits = spec.limits.model_copy(update={"cpus": (1,), "cpu_quota": 1.0})

    table = conditions_table("c", [spec.model_copy(update={"limits": limits})], "matched")

    values = {row[0].text: row[1].text for row in table.groups[0].rows}
    assert values["CPUs"] == "1 (a control group allows the time of 1 CPU)"


@pytest.mark.parametrize(
    ("cores", "told"),
    [
        ((), "not reported by the kernel"),
        (((0,), (1,)), "none"),
        (((0, 4), (1, 5), (8,)), "0+4, 1+5"),
    ],
)
def test_cpus_that_share_a_core_are_named(
    plain_run: Run, cores: tuple[tuple[int, ...], ...], told: str
) -> None:
    job = next(job for job in plain_run.jobs if job.result and job.result.fingerprint)
    assert job.result is not None
    assert job.result.fingerprint is not None
    host = job.result.fingerprint.host.model_copy(update={"core_threads": cores})
    fingerprint = job.result.fingerprint.model_copy(update={"host": host})
    result = job.result.model_copy(update={"fingerprint": fingerprint})

    table = host_table(replace(plain_run, jobs=(replace(job, result=result),)))

    facts = {row[0].text: row[1].text for row in table.groups[0].rows}
    assert facts["CPUs that share a core"] == told


def test_conditions_are_called_equal_only_where_they_are(plain_run: Run) -> None:
    specs = [job.spec for job in plain_run.jobs if job.spec is not None]
    unequal = [*specs, specs[0].model_copy(update={"epochs": 99})]

    assert "the same for every contender" in conditions_table("c", specs, "matched").caption
    assert "not the same in all jobs" in conditions_table("c", unequal, "matched").caption


def test_a_machine_that_no_job_recorded_is_no_row_of_blanks(make_run: MakeRun) -> None:
    path = make_run(contenders=("pytorch",))
    for result in path.glob("jobs/*/result.json"):
        result.unlink()
    (group,) = host_table(load_run(path)).groups
    assert {row[1].text for row in group.rows} == {"no job recorded it"}


def test_conditions_that_not_every_job_tells_are_not_called_those_of_all(
    make_run: MakeRun, styled: dict[str, Style]
) -> None:
    path = make_run()
    next(path.glob("jobs/*.keras.*/job.json")).unlink()
    (scope,) = scopes_of(load_run(path), styled)
    caption = conditions_part(scope).tables[0].caption
    assert "the same for every contender, as far as jobs recorded them;" in caption
