"""The page of a run that goes on costs it little, and never stops it."""

import pytest

from orchestrator.commands import live_page
from orchestrator.commands.live_page import Pace, RunPage
from orchestrator.terminal.browser import Browser
from tests.report.run_folder import RunFolder


@pytest.fixture
def clock(monkeypatch):
    """A clock that only the test moves."""
    clock = Clock()
    monkeypatch.setattr(live_page.time, "monotonic", lambda: clock.seconds)
    return clock


class Clock:
    seconds = 1000.0

    def passes(self, seconds):
        self.seconds += seconds


class Writer:
    """Stands for what writes a page, which takes its time."""

    def __init__(self, clock, *, fails=False):
        self.clock, self.fails = clock, fails
        self.notices = []

    def __call__(self, folder, formats, tell, notice):
        self.notices.append(notice)
        self.clock.passes(4.0)
        if self.fails:
            raise OSError(f"no space left ({len(self.notices)})")
        tell("S2.1 reproduced: Keras is slower")
        return [folder / "report.html"]


@pytest.fixture
def writes(clock, monkeypatch):
    def writes(**options):
        writer = Writer(clock, **options)
        monkeypatch.setattr("report.build.build_report", writer)
        return writer

    return writes


def run_page():
    return RunPage(Browser(is_wanted=False))


def test_it_is_not_written_again_before_25_times_what_it_took_have_passed(clock):
    pace = Pace()
    assert pace.is_due

    with pace.writing():
        clock.passes(4.0)
    clock.passes(99.0)
    assert not pace.is_due

    clock.passes(1.0)
    assert pace.is_due


def test_its_place_is_said_once_and_its_verdicts_not_at_all(clock, writes, tmp_path):
    writer, page, said = writes(), run_page(), []

    page.write(tmp_path, said.append, "1 of 5 jobs were done")
    page.write(tmp_path, said.append, "2 of 5 jobs were done")
    clock.passes(100.0)
    page.write(tmp_path, said.append, "3 of 5 jobs were done")

    first, third = writer.notices
    assert "was not finished: 1 of 5 jobs were done. Reload" in first
    assert "was not finished: 3 of 5 jobs were done. Reload" in third
    assert said == [f"report so far: {tmp_path / 'report.html'}"]


def test_what_goes_wrong_is_said_once_and_the_run_goes_on(clock, writes, tmp_path):
    page, said = run_page(), []
    writes(fails=True)

    page.write(tmp_path, said.append, "")
    clock.passes(100.0)
    page.write(tmp_path, said.append, "")

    assert said == ["the run goes on without a page that shows it: no space left (1)"]


def test_the_finished_runs_page_has_no_notice_and_its_verdicts_are_said(writes, tmp_path):
    writer, said = writes(), []

    run_page().finish(tmp_path, said.append)

    assert writer.notices == [""]
    assert said == ["S2.1 reproduced: Keras is slower", f"report: {tmp_path / 'report.html'}"]


def test_a_finished_run_without_a_page_is_told_so(writes, tmp_path):
    writes(fails=True)
    said = []

    run_page().finish(tmp_path, said.append)

    assert said == ["no page of the finished run: no space left (1)"]


def test_the_page_shows_on_top_how_far_the_run_had_come(tmp_path):
    folder = RunFolder(tmp_path / "run", contenders=("pytorch",), repeats=1).write()

    run_page().write(folder, print, "<b>1</b> of 5 jobs were done")

    body = (folder / "report.html").read_text().split("<body>")[1]
    notice, _, page = body.partition("<header>")
    assert "was not finished: &lt;b&gt;1&lt;/b&gt; of 5 jobs were done. Reload" in notice
    assert "and <code>--resume</code>, continues it." in notice
    assert "was not finished" not in page
