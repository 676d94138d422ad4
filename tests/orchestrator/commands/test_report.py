"""Without what lays out the PDF, there is all the rest, a sentence, and an exit code."""

import re

from typer.testing import CliRunner

from orchestrator.commands.cli import app
from report.exporters import print_job
from tests.report.run_folder import RunFolder


def test_without_weasyprint_the_html_is_written_and_the_exit_code_tells(tmp_path, monkeypatch):
    monkeypatch.setattr(print_job.PrintJob, "library", "no_such_library")
    folder = RunFolder(tmp_path / "run", repeats=3).write()

    outcome = CliRunner().invoke(app, ["report", str(folder)])

    assert outcome.exit_code == 1
    assert "no PDF was written: no_such_library is not installed" in outcome.stderr
    assert "the other formats were" in outcome.stderr
    assert "remedy: `make setup`" in outcome.stderr
    assert (folder / "report.html").is_file()
    assert (folder / "ARTIFACT.md").is_file()
    assert not (folder / "report.pdf").exists()


def test_the_terminal_counts_and_names_the_statements_beside_the_paths(tmp_path):
    folder = RunFolder(tmp_path / "run", repeats=3).write()

    outcome = CliRunner().invoke(app, ["report", str(folder), "--formats", "json"])

    assert outcome.exit_code == 0
    assert outcome.stdout == f"{folder / 'report.json'}\n"
    assert "On the CPU this run decides" in outcome.stderr
    assert "that can be tested on the GPU only" in outcome.stderr
    assert re.search(r"^S2\.\d+ contradicted: ", outcome.stderr, re.MULTILINE)
    assert f"all of them, with their reasons: plumbline report {folder} --open" in outcome.stderr
