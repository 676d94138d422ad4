"""The samples behind a number: every job, what is known of it, and its file."""

import json
import shutil
from pathlib import Path
from urllib.parse import unquote

import pytest

from contract.journal import SetAside
from contract.names import JOURNAL_NAME
from contract.result import Failure
from report.document.document import write_report
from report.elements.table import Cell, Table
from report.run.load import load_run
from report.run.quantities import StatedQuantity
from report.topics.samples.table import samples_table
from tests.contract import examples
from tests.report.conftest import MakeRun
from tests.report.run_folder import add_turns, disturb, set_metric, study
from tests.report.sample_results import STARTED
from tests.report.topics.samples.given import STEP, TRAINING, developed, quantity, scope_of


def samples(path: Path, one: StatedQuantity) -> Table:
    return samples_table(study(), scope_of(path), (one,))


def cells(path: Path, one: StatedQuantity, column: str) -> list[Cell]:
    table = samples(path, one)
    index = [header.text for header in table.headers].index(column)
    return [row[index] for group in table.groups for row in group.rows]


def texts(path: Path, one: StatedQuantity, column: str) -> list[str]:
    return [cell.text.replace("\N{NO-BREAK SPACE}", " ") for cell in cells(path, one, column)]


def test_a_row_per_block_leads_to_the_result_of_its_job(make_run: MakeRun) -> None:
    path = make_run()
    set_metric(path, "velox", "train", "train_seconds", [10.0, 14.0])

    assert texts(path, TRAINING, "Block") == ["1", "2"]
    assert texts(path, TRAINING, "Value") == ["10.0", "14.0"]
    for cell, seconds in zip(cells(path, TRAINING, "Result"), (10.0, 14.0), strict=True):
        result = json.loads((path / unquote(cell.href)).read_text(encoding="utf-8"))
        assert result["metrics"]["train_seconds"] == seconds


def test_what_is_measured_once_leads_to_its_record(make_run: MakeRun) -> None:
    path = make_run(develops=True)

    assert texts(path, developed("source_lines"), "Block") == ["none"]
    (cell,) = cells(path, developed("source_lines"), "Result")
    record = json.loads((path / cell.href).read_text(encoding="utf-8"))
    assert record["metrics"]["source_lines"] == 1900


def test_every_row_of_the_numbers_has_its_samples_and_every_file_exists(make_run: MakeRun) -> None:
    path = make_run(protocols=("published", "matched"), repeats=3, develops=True)
    (chapter,) = write_report(load_run(path)).chapters
    parts = (*chapter.parts, *chapter.more)
    by_key = {part.key: part.tables[0] for part in parts if part.tables}
    links = [row[-1].href for one in by_key["numbers"].groups for row in one.rows]
    files = [row[-1].href for one in by_key["samples"].groups for row in one.rows]

    assert links
    assert set(links) <= {f"#{one.anchor}" for one in by_key["samples"].groups}
    assert all((path / unquote(file)).is_file() for file in files)


def test_a_value_names_the_few_calls_or_the_range_of_the_many_that_it_is_made_of(
    make_run: MakeRun,
) -> None:
    path = make_run(repeats=2)
    calls = [[0.1, 0.3, 0.2], [0.1, 0.2, 0.3, 0.4, 0.5]]
    set_metric(path, "velox", "predict", "predict_100_seconds", calls)
    predicting = quantity("predict_100_seconds", "predict")

    assert [cell.notes for cell in cells(path, predicting, "Value")] == [
        ("median of 0.100, 0.300 and 0.200",),
        ("median of 5 values, 0.100 – 0.500",),
    ]


def test_a_job_that_others_disturbed_keeps_its_value_and_is_left_out(make_run: MakeRun) -> None:
    path = make_run()
    set_metric(path, "velox", "train", "train_seconds", [10.0, 14.0])
    disturb(path, "velox", "train", 1, share=0.03)
    disturb(path, "velox", "train", 2, share=0.43)

    assert [cell.kind for cell in cells(path, TRAINING, "Value")] == ["number", "missing"]
    assert texts(path, TRAINING, "Value")[1] == "14.0"
    assert [
        text.replace("\N{NO-BREAK SPACE}", " ") for text in texts(path, TRAINING, "Disturbance")
    ] == [
        "others used 3 % of its CPUs",
        "others used 43 % of its CPUs; left out",
    ]


def test_a_job_that_was_measured_again_says_so(make_run: MakeRun) -> None:
    path = make_run()
    disturb(path, "velox", "train", 1, 2, share=0.03)
    job_id = "s2.mnist-cnn.velox.matched.cpu.train.seed1.repeat2"
    aside = SetAside(time=STARTED, job_id=job_id, block=2, because="disturbed", disturbed=True)
    with (path / JOURNAL_NAME).open("a", encoding="utf-8") as journal:
        journal.write(aside.model_dump_json() + "\n")

    assert texts(path, TRAINING, "Disturbance") == [
        "others used 3 % of its CPUs",
        "others used 3 % of its CPUs; measured again after 1 disturbed measurement",
    ]


def test_a_memory_that_was_measured_beside_others_counts(make_run: MakeRun) -> None:
    path = make_run(tasks=("verify", "predict"))
    disturb(path, "velox", "predict", 1, 2)
    memory = quantity("peak_memory_bytes", "predict")

    assert [cell.kind for cell in cells(path, memory, "Value")] == ["number", "number"]


def turns_of_velox(path: Path, *taken: object) -> None:
    """Let Velox's first block have these turns."""
    file = path / "jobs/s2.mnist-cnn.velox.matched.cpu.turns.seed1.repeat1/result.json"
    result = json.loads(file.read_text(encoding="utf-8"))
    result["turns"] = examples.turns(*taken).model_dump(mode="json")
    file.write_text(json.dumps(result), encoding="utf-8")


@pytest.mark.parametrize(
    ("shares", "told"),
    [
        ([(1, 0.0), (2, 0.0)], "none of 2 turns"),
        ([(1, 0.4), (1, 0.0), (2, 0.0)], "1 of 3 turns, taken again"),
        ([(1, 0.4), (1, 0.4), (2, 0.0)], "2 of 3 turns; 1 round of 2 left out"),
    ],
    ids=["quiet", "taken again", "left out"],
)
def test_turns_tell_how_many_were_disturbed(
    make_run: MakeRun, shares: list[tuple[int, float]], told: str
) -> None:
    path = make_run()
    add_turns(path, {"velox": [0.01, 0.01], "pytorch": [0.02, 0.02]})
    taken = [examples.turn(number, foreign_cpu_share=share) for number, share in shares]
    others = [examples.turn(action=action) for action in ("predict_100", "predict_1")]
    turns_of_velox(path, *taken, *others)

    assert texts(path, STEP, "Disturbance")[0] == told


def test_a_block_of_turns_is_the_geometric_mean_of_its_rounds(make_run: MakeRun) -> None:
    path = make_run()
    add_turns(path, {"velox": [0.01, 0.01], "pytorch": [0.02, 0.02]})
    taken = [examples.turn(1, call_seconds=0.02), examples.turn(2, call_seconds=0.08)]
    others = [examples.turn(action=action) for action in ("predict_100", "predict_1")]
    turns_of_velox(path, *taken, *others)

    found = cells(path, STEP, "Value")[0]

    assert found.text == "0.0400"
    assert found.notes == ("geometric mean of 0.0200 and 0.0800",)


def test_what_this_run_measured_says_so(make_run: MakeRun) -> None:
    assert texts(make_run(), TRAINING, "Measured by") == ["this run", "this run"]


def test_what_was_taken_over_names_the_run_that_measured_it(make_run: MakeRun) -> None:
    path = make_run(measured_by="20261101-090000-quick")

    assert texts(path, TRAINING, "Measured by") == ["20261101-090000-quick"] * 2


def test_a_machine_is_its_processor_and_the_number_of_its_cpus(make_run: MakeRun) -> None:
    assert texts(make_run(), TRAINING, "Machine") == ["Example CPU @ 2.90GHz, 2 CPUs"] * 2


def test_a_job_without_a_result_says_why_and_leads_nowhere(make_run: MakeRun) -> None:
    path = make_run()
    shutil.rmtree(path / "jobs/s2.mnist-cnn.velox.matched.cpu.train.seed1.repeat2")
    table = samples(path, TRAINING)
    _, row = table.groups[0].rows

    assert dict(table.footnotes)[row[1].mark] == (
        "not started: no result: the run ended before this job began"
    )
    assert row[-1] == Cell("none")


def test_a_job_that_failed_says_why_and_leads_to_its_record(make_run: MakeRun) -> None:
    path = make_run(failing={"velox": Failure(cause="no memory left", remedy="give it more")})
    table = samples(path, TRAINING)
    row, _ = table.groups[0].rows

    assert dict(table.footnotes)[row[1].mark] == "failed: no memory left"
    assert (path / unquote(row[-1].href)).is_file()
