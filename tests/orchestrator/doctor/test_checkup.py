"""All checks together, and the exit code that follows from them."""

import errno
import json
import os

import pytest
from typer.testing import CliRunner

from orchestrator.commands import doctor
from orchestrator.commands.cli import app
from orchestrator.doctor.checkup import CHECKS, examine, usable
from orchestrator.doctor.finding import Finding

HERE = Finding("disk", "ok", "room")
NO_DOCKER = Finding("container engine", "warning", "none", "no containers", "start", ("docker",))
NO_LOCAL = Finding("local engine", "warning", "none", "no jobs", "make setup", ("local",))


@pytest.mark.parametrize(
    ("findings", "engines"),
    [
        ([HERE], ("docker", "local")),
        ([HERE, NO_DOCKER], ("local",)),
        ([NO_DOCKER, NO_LOCAL], ()),
    ],
)
def test_an_engine_is_usable_where_nothing_blocks_it(findings, engines):
    assert usable(findings) == engines


@pytest.mark.parametrize(
    ("findings", "code", "last"),
    [
        ([HERE, NO_DOCKER], 0, "Jobs can run with: local."),
        ([NO_LOCAL, NO_DOCKER], 1, "No job can run here"),
    ],
)
def test_only_a_machine_that_can_run_nothing_fails(monkeypatch, findings, code, last):
    monkeypatch.setattr(doctor, "examine", lambda: findings)

    outcome = CliRunner().invoke(app, ["doctor"])

    assert outcome.exit_code == code
    assert last in outcome.output
    assert "start" in outcome.output


def test_a_program_reads_the_same(monkeypatch):
    monkeypatch.setattr(doctor, "examine", lambda: [HERE, NO_DOCKER])

    record = json.loads(CliRunner().invoke(app, ["doctor", "--json"]).output)

    assert record["usable"] == ["local"]
    assert record["findings"][1]["remedy"] == "start"


@pytest.mark.parametrize(
    ("number", "remedy"),
    [
        (errno.ENOSPC, "free space on that disk"),
        (errno.EACCES, "make it writable"),
        (errno.ECONNREFUSED, "correct what the message names"),
    ],
)
def test_only_a_full_disk_is_told_as_a_full_disk(monkeypatch, number, remedy):
    def fail():
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(doctor, "examine", fail)

    outcome = CliRunner().invoke(app, ["doctor"])

    assert outcome.exit_code == 2
    assert f"remedy: {remedy}" in outcome.stderr


def test_every_check_answers_on_this_machine():
    """Whatever it is: what is not ok says what it means, or what to do."""
    findings = list(examine())

    assert len(findings) >= len(CHECKS)
    assert all(finding.told for finding in findings)
    assert all(f.remedy or f.meaning for f in findings if f.level != "ok")
