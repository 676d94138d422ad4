"""The exit code is what a pipeline reads."""

import json
import shutil

import pytest
from typer.testing import CliRunner

from orchestrator.commands.cli import app
from tests.report.compare.test_compare import edit, elsewhere, slow
from tests.report.run_folder import RunFolder


@pytest.fixture
def two_runs(tmp_path):
    first = RunFolder(tmp_path / "first", repeats=3).write()
    shutil.copytree(first, tmp_path / "second")
    slow(tmp_path / "second", "keras", 1.5)
    return first, tmp_path / "second"


def compare(*arguments):
    outcome = CliRunner().invoke(app, ["compare", *map(str, arguments)])
    return outcome.exit_code, outcome.output + outcome.stderr


@pytest.mark.parametrize(
    ("options", "code"),
    [([], 0), (["--fail-if-slower", "20"], 1), (["--fail-if-slower", "70"], 0)],
)
def test_only_what_is_asked_for_fails(two_runs, options, code):
    found, output = compare(*two_runs, *options)

    assert found == code, output
    assert "training time slower, 1.50 ×" in output


def test_faster_is_no_failure(two_runs):
    code, output = compare(*reversed(two_runs), "--fail-if-slower", "5")

    assert code == 0
    assert "training time faster, 0.667 ×" in output


def test_formats_are_for_machines_too(two_runs):
    code, output = compare(*two_runs, "--format", "json")

    assert code == 0
    assert json.loads(output)["schema_version"] == 1


def test_what_is_no_run_is_misuse(two_runs):
    code, output = compare(two_runs[0], "/nowhere")

    assert code == 2
    assert "no run here" in output
    assert "remedy:" in output


def test_two_machines_have_an_exit_code_of_their_own(two_runs):
    edit(two_runs[1], "result.json", elsewhere)

    code, output = compare(*two_runs, "--fail-if-slower", "20")

    assert code == 3
    assert "The runs are of different machines" in output
    assert "slower" not in output
    assert "3, the runs are of different machines" in " ".join(compare("--help")[1].split())


def test_several_runs_are_a_history(two_runs, tmp_path):
    shutil.copytree(two_runs[0], tmp_path / "third")
    for number, name in enumerate(("first", "second", "third"), start=1):
        record = json.loads((tmp_path / name / "run.json").read_text())
        record["created"] = f"2026-03-0{number}T00:00:00Z"
        (tmp_path / name / "run.json").write_text(json.dumps(record))

    code, output = compare(*two_runs, tmp_path / "third")

    assert code == 0
    assert "- torch 2.13.0 (3 runs, 2026-03-01 – 2026-03-03)" in output


def test_one_run_has_nothing_to_be_compared_with(two_runs):
    code, output = compare(two_runs[0])

    assert code == 2
    assert "remedy: give two or more" in output
