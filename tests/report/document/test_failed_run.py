"""A run in which everything that was timed failed: gates were passed, and nothing is stated."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from contract.base import TIMED_TASKS
from contract.result import Failure
from report.document.document import Report, write_report
from report.elements.table import Cell
from report.exporters.markdown import MarkdownExporter
from report.run.load import load_run
from tests.report.conftest import MakeRun
from tests.report.run_folder import STUDIES

FAILURE = Failure(cause="no memory left", remedy="give it more").model_dump()
DONE = ("verify", "train", "predict", "mistakes", "transfer", "score")


@pytest.fixture(params=sorted(STUDIES.glob("*.toml")), ids=lambda path: path.stem)
def report(make_run: MakeRun, request: pytest.FixtureRequest) -> Report:
    """One of the kit's studies, with every timed job failed."""
    study: Path = request.param
    path = make_run(study_file=study, tasks=DONE, develops=True)
    for result in path.glob("jobs/*/result.json"):
        record = json.loads(result.read_text(encoding="utf-8"))
        if record["job"]["task"] in TIMED_TASKS:
            kept = {name: record[name] for name in ("schema_version", "job", "started", "finished")}
            failed = json.dumps(kept | {"status": "failed", "failure": FAILURE})
            result.write_text(failed, encoding="utf-8")
    return write_report(load_run(path))


def test_nobody_wins_and_no_statement_has_a_verdict(report: Report) -> None:
    assert report.choice.table is None
    assert report.findings == ()
    assert report.forest is None
    assert not report.has_verdicts
    judged = [one for chapter in report.chapters for one in chapter.judged]
    assert {verdict for one in judged for verdict in one.verdicts.values()} <= {"not testable here"}
    assert not {cell.kind for cell in _winners(report)} & {"pass", "fail"}
    assert not [found for section in report.sections for found in section.sentences]


def _winners(report: Report) -> Iterator[Cell]:
    """Yield the cells that name who wins here, if anybody does."""
    parts = (part for chapter in report.chapters for part in chapter.more)
    tables = (table for part in parts if part.key == "winners" for table in part.tables)
    return (
        cell for table in tables for group in table.groups for row in group.rows for cell in row
    )


def test_page_one_says_that_nothing_was_measured_and_no_more(report: Report) -> None:
    serious = [warning.title for warning in report.warnings if warning.severity == "serious"]
    assert serious == ["No job gave a measurement"]
    assert report.unanswered == "This run measured nothing that answers the question."
    assert report.status.word == "Nothing was measured"
    assert "hold" not in report.title
    assert not [w for w in report.warnings if "repeats" in w.title or "profile" in w.title]


def test_no_word_of_it_is_one_of_praise(report: Report) -> None:
    text = MarkdownExporter().text(report)
    for word in ("may be quoted, with", "ahead of", "fastest", "most accurate"):
        assert word not in text
