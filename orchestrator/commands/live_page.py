"""The page of a run that is not finished: written seldom enough to cost the run little."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from orchestrator.run.so_far import not_finished
from orchestrator.store.output import Say
from orchestrator.terminal.browser import Browser

_REST = 25
"""So many times what the last page took must pass before the next: pages then take at most 4 % of
a run's time, which they share its CPUs with."""


class Pace:
    """Says when the next page may be written."""

    def __init__(self) -> None:
        self._not_before_seconds = 0.0

    @property
    def is_due(self) -> bool:
        """Whether the last page was long enough ago."""
        return time.monotonic() >= self._not_before_seconds

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Note how long a page takes to write, whatever comes of it."""
        began = time.monotonic()
        try:
            yield
        finally:
            ended = time.monotonic()
            self._not_before_seconds = ended + _REST * (ended - began)


class RunPage:
    """The page of a run of this process."""

    def __init__(self, browser: Browser) -> None:
        """`browser` shows the first page that there is."""
        self._browser = browser
        self._pace = Pace()
        self._told: set[str] = set()

    def write(self, folder: Path, say: Say, so_far: str) -> None:
        """Write the page of a run that goes on, if the last one was long enough ago.

        Whatever goes wrong with it, the run goes on.
        """
        if not self._pace.is_due:
            return
        notice = not_finished(datetime.now().astimezone(), so_far)
        with self._pace.writing():
            try:
                path = _written(folder, notice=notice)
                self._browser.show(path, say)
            except Exception as error:  # a page is no reason to lose what can be measured
                self._say_once(say, "the run goes on without a page that shows it", error)
                return
        self._say_once(say, "report so far", path)

    def finish(self, folder: Path, say: Say) -> None:
        """Write the page of a run that is finished, and say what became of the statements."""
        from report.run.records import ReportError

        try:
            path = _written(folder, say)
            say(f"report: {path}")
            self._browser.show(path, say)
        except (ReportError, OSError) as error:
            say(f"no page of the finished run: {error}")

    def _say_once(self, say: Say, what: str, more: object) -> None:
        if what not in self._told:
            self._told.add(what)
            say(f"{what}: {more}")


def _written(folder: Path, say_verdicts: Say = lambda _: None, notice: str = "") -> Path:
    from report.build import build_report  # what it imports takes a second

    (path,) = build_report(folder, ["html"], tell=say_verdicts, notice=notice)
    return path
