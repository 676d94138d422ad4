"""A watched run's page is written again as its journal grows, until the run has its end."""

import pytest
from typer.testing import CliRunner

from contract.journal import JobEntry
from contract.names import RUN_NAME
from contract.run import RunRecord
from orchestrator.commands import watch as watch_module
from orchestrator.commands.cli import app
from orchestrator.commands.watch import watch
from orchestrator.errors import PlumblineError
from orchestrator.store.journal import Journal, now
from tests.report.run_folder import RunFolder


@pytest.fixture
def folder(tmp_path):
    """A run that goes on."""
    folder = RunFolder(tmp_path / "run", contenders=("pytorch",), repeats=1).write()
    record(folder, finished=None)
    return folder


def record(folder, **update):
    found = RunRecord.model_validate_json((folder / RUN_NAME).read_bytes())
    (folder / RUN_NAME).write_text(found.model_copy(update=update).model_dump_json())


def in_each_pause(monkeypatch, *steps):
    """Do a step in each pause, instead of waiting."""
    left = iter(steps)
    monkeypatch.setattr(watch_module.time, "sleep", lambda _: next(left)())


def grows(folder):
    entry = JobEntry(job_id="any", started=now(), seconds=1.0, status="ok")
    return lambda: Journal(folder).add(entry)


def test_it_is_written_at_once_and_when_the_journal_has_grown(folder, monkeypatch):
    monkeypatch.setattr("orchestrator.commands.live_page.time.monotonic", lambda: 0.0)
    written = []
    in_each_pause(monkeypatch, lambda: None, grows(folder), lambda: record(folder, finished=now()))

    watch(folder, written.append)

    assert len(written) == 2
    assert all("this run was not finished. Reload" in notice for notice in written)


def test_a_page_that_takes_long_is_not_written_at_once_again(folder, monkeypatch):
    """The run that is watched may be on this machine."""
    moments, written = iter([0.0, 0.0, 10.0, 10.0, 249.0, 261.0, 261.0, 271.0]), []
    monkeypatch.setattr("orchestrator.commands.live_page.time.monotonic", lambda: next(moments))
    finish = lambda: record(folder, finished=now())  # noqa: E731
    in_each_pause(monkeypatch, grows(folder), lambda: None, lambda: None, finish)

    watch(folder, written.append)

    assert len(written) == 2


def test_a_finished_run_gets_all_formats_at_once(folder):
    record(folder, finished=now())

    outcome = CliRunner().invoke(app, ["report", str(folder), "--watch", "--formats", "md"])

    assert (outcome.exit_code, outcome.stdout) == (0, f"{folder / 'report.md'}\n")
    assert not (folder / "report.html").exists()


def test_ctrl_c_ends_watching_with_a_sentence_and_without_an_error(folder, monkeypatch):
    def interrupted():
        raise KeyboardInterrupt

    in_each_pause(monkeypatch, interrupted)

    outcome = CliRunner().invoke(app, ["report", str(folder), "--watch"])

    assert outcome.exit_code == 0
    assert f"no longer watching: the run in {folder} is not finished\n" in outcome.stderr
    assert "was not finished. Reload" in (folder / "report.html").read_text()


def test_what_cannot_say_when_it_ends_is_not_watched(tmp_path):
    with pytest.raises(PlumblineError, match="nothing tells when the run ends"):
        watch(tmp_path, print)


@pytest.mark.parametrize(
    ("options", "cause"),
    [
        (["elsewhere", "--watch"], "--watch follows one run, and several were given"),
        (["--open", "--formats", "md"], "--open shows report.html, which --formats leaves out"),
    ],
)
def test_what_does_not_fit_together_is_refused(folder, options, cause):
    outcome = CliRunner().invoke(app, ["report", str(folder), *options])

    assert outcome.exit_code == 2
    assert f"error: {cause}" in outcome.stderr
