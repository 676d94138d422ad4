"""What `plumbline run` leaves behind and says at its end."""

import re

from typer.testing import CliRunner

from orchestrator.commands import run as run_module
from orchestrator.commands.cli import app
from orchestrator.run.outcome import RunOutcome
from tests.contract.examples import failed_result, trained_result
from tests.report.run_folder import RunFolder


def ended(monkeypatch, folder, *results):
    """Return what the command says of a run that ended so, and its exit code."""
    outcome = RunOutcome(folder, list(results), {}, {})
    monkeypatch.setattr(run_module, "carry_out", lambda *_, **__: outcome)
    told = CliRunner().invoke(app, ["run"])
    return told.stdout.splitlines(), told.exit_code


def test_verdicts_stand_before_jobs_and_the_page_is_there(monkeypatch, tmp_path):
    folder = RunFolder(tmp_path / "run", repeats=3).write()

    lines, code = ended(monkeypatch, folder, trained_result())

    verdict = next(n for n, line in enumerate(lines) if re.match(r"S2\.\d+ contradicted: ", line))
    page, jobs = f"report: {folder / 'report.html'}", f"1 ok; results: {folder}"
    assert lines[0].startswith("On the CPU this run decides")
    assert 0 < verdict < lines.index(page) < lines.index(jobs)
    assert lines[-1] == f"next: plumbline report {folder}"
    assert (folder / "report.html").is_file()
    assert code == 0


def test_a_run_whose_page_cannot_be_written_ends_as_its_jobs_did(monkeypatch, tmp_path):
    lines, code = ended(monkeypatch, tmp_path / "gone", failed_result())

    assert lines[0].startswith("no page of the finished run: ")
    assert f"1 failed; results: {tmp_path / 'gone'}" in lines
    assert code == 1
