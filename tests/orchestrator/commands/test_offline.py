"""A run, its resumption and its report ask nobody for the address of a name."""

import socket
from functools import partial

import pytest
from typer.testing import CliRunner

from contract.run import EngineRecord
from orchestrator import places
from orchestrator.commands import carry_out
from orchestrator.commands import run as command
from orchestrator.commands.cli import app
from tests.faults.plumbline import STUDIES_DIR
from tests.orchestrator.programs import ProgramLauncher, SteadyMachine

LOOK_UPS = ("getaddrinfo", "gethostbyaddr", "gethostbyname", "gethostbyname_ex", "getnameinfo")


@pytest.fixture
def looked_up(monkeypatch):
    """Return what is looked up from now on; each look-up fails, as it does without a network."""
    asked = []

    def fail(*arguments, **_):
        asked.append(arguments)
        raise socket.gaierror("no network")

    for name in LOOK_UPS:
        monkeypatch.setattr(socket, name, fail)
    return asked


@pytest.fixture
def plumbline(tmp_path, monkeypatch):
    """Run a command with small programs in place of runners."""
    launcher = ProgramLauncher()
    record = EngineRecord(name="local", version="1", reason="a test")
    carry_out_here = partial(carry_out.carry_out, select=lambda *_: (launcher, record))
    monkeypatch.setattr(command, "carry_out", carry_out_here)
    monkeypatch.setattr(carry_out, "ThisMachine", SteadyMachine)
    monkeypatch.setattr(places, "STUDIES_DIR", STUDIES_DIR)

    def plumbline(*arguments):
        outcome = CliRunner().invoke(app, [*arguments])
        return outcome.output, launcher.started

    return plumbline


def test_a_run_is_resumed_and_reported_without_any_look_up(plumbline, looked_up, tmp_path):
    run = ("run", "--profile", "smoke", "--contenders", "pytorch", "--output", str(tmp_path))

    _, started = plumbline(*run)
    before = list(started)
    _, started = plumbline(*run, "--resume")
    output, _ = plumbline("report", str(tmp_path / "latest"), "--formats", "html")

    assert before
    assert started == before
    assert (tmp_path / "latest" / "report.html").is_file(), output
    assert looked_up == []
