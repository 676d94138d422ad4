"""What the user types wrongly is told in one line with the remedy, and nothing is lost."""

import shutil

import pytest
from typer.testing import CliRunner

from orchestrator import runs
from orchestrator.cli import app
from tests.contract.examples import STUDY_FILE


def plumbline(*arguments):
    outcome = CliRunner().invoke(app, [str(argument) for argument in arguments])
    return outcome.exit_code, outcome.output + outcome.stderr


@pytest.mark.parametrize(
    ("arguments", "cause", "remedy"),
    [
        (["run", "s9"], "no study 's9'", "choose from: s2"),
        (["run", "--contenders", "caffe"], "no contender 'caffe'", "choose from: keras"),
        (["plan", "--cpus", "4096"], "4096 CPUs asked for", "use --cpus"),
        (["plan", "--memory", "900T"], "of memory asked for", "use --memory"),
        (["data", "fetch", "imagenet-22k"], "imagenet-22k", "mnist"),
        (["report", "/nowhere"], "/nowhere", "run"),
    ],
)
def test_misuse_is_told_with_its_remedy(arguments, cause, remedy):
    code, output = plumbline(*arguments)

    assert code == 2
    assert f"error: {cause}" in output or cause in output
    assert remedy in output
    assert "Traceback" not in output


def test_an_unknown_profile_names_the_known_ones():
    code, output = plumbline("plan", "--profile", "silly")

    assert code == 2
    assert all(name in output for name in ("smoke", "quick", "paper"))


def test_a_malformed_study_is_refused_by_line(tmp_path, monkeypatch):
    shutil.copy(STUDY_FILE, tmp_path / "broken.toml")
    text = STUDY_FILE.read_text().replace("filters = 64", "filters = -64")
    (tmp_path / "broken.toml").write_text(text)
    monkeypatch.setattr(runs, "STUDIES_DIR", tmp_path)
    line = next(n for n, row in enumerate(text.splitlines(), start=1) if "-64" in row)

    code, output = plumbline("plan")

    assert code == 2
    assert f"broken.toml:{line}" in output


def test_docker_without_an_engine_is_refused(monkeypatch):
    monkeypatch.setenv("DOCKER_HOST", "unix:///nowhere/docker.sock")

    code, output = plumbline("run", "--engine", "docker")

    assert code == 2
    assert "no Docker engine answers" in output
    assert "--engine local" in output


def test_an_unwritable_output_is_refused(tmp_path):
    (tmp_path / "file").write_text("")

    code, output = plumbline("plan", "--output", tmp_path / "file" / "below")
    assert code == 0, output

    code, output = plumbline(
        "run", "--engine", "local", "--contenders", "pytorch", "--output", tmp_path / "file"
    )
    assert code == 2
    assert "file" in output


def test_a_plan_shows_every_job_and_runs_none(tmp_path):
    code, output = plumbline("plan", "--profile", "smoke", "--output", tmp_path)

    assert code == 0
    for contender in ("keras", "pytorch", "tensorflow", "velox"):
        assert f"train mnist-cnn {contender} #1" in output
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("command", ["plan", "run", "verify", "report", "data"])
def test_every_command_explains_itself(command):
    code, output = plumbline(command, "--help")

    assert code == 0
    assert "Usage" in output
