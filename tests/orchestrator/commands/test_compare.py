"""The exit code is what a pipeline reads."""

import json
import shutil

import pytest
from typer.testing import CliRunner

from orchestrator.commands.cli import app
from tests.report.compare.test_compare import slow
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
