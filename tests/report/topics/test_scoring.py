"""Tables that were scored: pace, memory, agreement."""

import json
from pathlib import Path

import pytest

from report.document.document import write_report
from report.elements.part import Part
from report.elements.table import Table
from report.run.load import load_run
from tests.report.conftest import MakeRun
from tests.report.run_folder import STUDIES, disturb

STUDY = STUDIES / "x1-table-scoring.toml"
SCORING = {"study_file": STUDY, "tasks": ("verify", "score"), "profile": "paper"}


def told(path: Path) -> Part:
    (chapter,) = write_report(load_run(path)).chapters
    (found,) = (part for part in chapter.parts if part.key == "scoring")
    return found


@pytest.fixture
def part(make_run: MakeRun) -> Part:
    return told(make_run(**SCORING))


def row(table: Table, group: int, contender: str) -> list[str]:
    (found,) = (line for line in table.groups[group].rows if line[0].text == contender)
    return [cell.text for cell in found]


def test_a_group_per_table_and_a_row_per_contender(part: Part) -> None:
    (table,) = part.tables

    assert [group.title for group in table.groups] == [
        "A table of 10,000 images",
        "A table of 100,000 images",
        "A table of 1,000,000 images",
    ]
    assert all(len(group.rows) == 4 for group in table.groups)


def test_pace_time_and_memory_are_those_of_the_median_scan(part: Part) -> None:
    (table,) = part.tables

    assert row(table, 0, "PyTorch")[1:] == [
        "20,000",
        "50.0",
        "1.50",
        "612",
        "7,500",
        "1,000",
        "4e-7",
    ]
    assert row(table, 1, "Velox ML functions")[1:5] == ["10,000", "100", "11.0", "406"]


def test_who_scans_and_who_predicts_is_told_below(part: Part) -> None:
    (table,) = part.tables
    cells = {line[0].text: line[1] for line in table.groups[0].rows}

    assert dict(table.footnotes)[cells["Velox ML functions"].mark] == "one plan; 2 drivers"
    assert cells["PyTorch"].notes == ("16,000 – 22,222",)


def test_agreement_and_growth_are_told_in_words(part: Part) -> None:
    agreement, distance, growth = part.remarks

    assert agreement.startswith(
        "In 3 of 3 tables all contenders with a result select the same rows"
    )
    assert distance.startswith("No logit is further than 7e-7 of the largest")
    assert "PyTorch 1.00" in growth


def test_a_row_of_another_class_is_told(make_run: MakeRun) -> None:
    part = told(make_run(**SCORING, miscounting=("keras",)))

    assert part.remarks[0].startswith("In 0 of 3 tables all contenders")


def test_one_contender_agrees_with_nobody(make_run: MakeRun) -> None:
    part = told(make_run(**SCORING, contenders=("keras",)))

    assert not [remark for remark in part.remarks if "all contenders" in remark]


def test_the_chart_says_every_pace_and_memory(part: Part) -> None:
    (figure,) = part.figures

    words = figure.description.replace("\N{NO-BREAK SPACE}", " ")
    assert "Velox ML functions, 100,000 rows: 10,000 rows per second, 406 MB" in words


def test_a_contender_that_was_left_out_says_why(make_run: MakeRun) -> None:
    path = make_run(**SCORING, contenders=("pytorch", "velox"))
    skipped = {"status": "skipped", "failure": {"cause": "too large", "remedy": "less"}}
    for file in path.glob("jobs/x1.mnist-table-10k.velox.*score*/result.json"):
        result = json.loads(file.read_text(encoding="utf-8")) | {"scoring": None} | skipped
        file.write_text(json.dumps(result), encoding="utf-8")

    (table,) = told(path).tables

    assert set(row(table, 0, "Velox ML functions")[1:]) == {"—"}
    assert "skipped: too large" in dict(table.footnotes).values()


def test_a_study_that_scores_nothing_has_no_such_part(make_run: MakeRun) -> None:
    (chapter,) = write_report(load_run(make_run())).chapters

    assert "scoring" not in {part.key for part in chapter.parts}


def test_a_contender_whose_jobs_were_all_disturbed_has_the_reason(make_run: MakeRun) -> None:
    path = make_run(**SCORING)
    disturb(path, "pytorch", "score", *range(1, 10))

    (table,) = told(path).tables

    assert set(row(table, 0, "PyTorch")[1:]) == {"—"}
    assert row(table, 0, "Velox ML functions")[1] == "10,000"
    assert "disturbed: others used 43 % of its CPUs" in str(table)
