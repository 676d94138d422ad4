"""The page of a run that goes on costs it little, and never stops it."""

from functools import partial

import pytest
from rich.console import Console

from orchestrator.commands import live_page
from orchestrator.commands.live_page import Pace, RunPage
from orchestrator.plan.estimate import Costs
from orchestrator.run.context import RunState
from orchestrator.run.outcome import JobOutcome
from orchestrator.run.steering import Goal, Steering
from orchestrator.store.store import RunStore
from orchestrator.terminal.browser import Browser
from orchestrator.terminal.progress import PlainDisplay
from report.look import look
from tests.contract.examples import contender_info, job, untimed_result
from tests.orchestrator.programs import ProgramLauncher, context_of
from tests.report.run_folder import RunFolder, add_turns


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
    top, _, _ = body.partition("<h1>")
    assert "was not finished: &lt;b&gt;1&lt;/b&gt; of 5 jobs were done. Reload" in top
    assert "and <code>--resume</code>, continues it." in top


def test_the_first_verdict_of_a_run_gives_its_page(tmp_path, capsys):
    """From the samples on the disk through a look at them to the page."""
    names, folder = ("keras", "pytorch"), tmp_path / "run"
    RunFolder(folder, contenders=names, tasks=("verify", "train", "predict")).write()
    slow, slower = (0.030, 0.031, 0.030, 0.0305), (0.090, 0.091, 0.090, 0.0905)
    add_turns(folder, {"keras": slower, "pytorch": slow})
    numbers = range(1, 1 + len(slow))
    done = [job(contender=c, task="turns", turn_rounds=1, repeat=n) for n in numbers for c in names]
    ahead = job(repeat=9)
    infos = {name: (contender_info(name=name), tmp_path) for name in names}
    display = PlainDisplay(Console(width=300))
    context = context_of([*done, ahead], ProgramLauncher(), RunStore(folder), infos, display)
    state = RunState(context, Costs())
    show = partial(run_page().write, folder, display.say)
    goal = Goal({"mnist-cnn"}, partial(look, folder), show)

    for spec in done:
        state.add(spec, JobOutcome(untimed_result(spec.identity), 1.0))
    Steering(goal, None, context, state).chosen([ahead])

    settled, page = capsys.readouterr().out.splitlines()
    assert "S2.2 contradicted" in settled
    assert page == f"report so far: {folder / 'report.html'}"
    shown = (folder / "report.html").read_text()
    assert "8 of 9 jobs were done, train mnist-cnn pytorch #9 came next" in shown
