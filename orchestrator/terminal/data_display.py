"""Shows data being fetched: a bar on a terminal, a line per file elsewhere."""

from __future__ import annotations

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, DownloadColumn, Progress, TaskID, TextColumn

from contract.words import counted
from data.datasets import Dataset
from data.progress import FetchUpdate
from orchestrator.errors import printable


def data_facts(dataset: Dataset) -> str:
    """Return in a line what networks have to fit, and what its authors allow."""
    shape = " × ".join(map(str, dataset.sample_shape))
    targets = "numbers" if dataset.class_count is None else f"{dataset.class_count} classes"
    samples = counted(dataset.samples("train"), "sample")
    counts = f"{samples} to train with, {dataset.samples('test'):,} to test"
    facts = f"{dataset.name}: {counts}; inputs {shape}, {targets}; licence: {dataset.licence}"
    return printable(facts)


class DataDisplay:
    """A context manager whose `update` suits `data.fetch`."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._progress = Progress(
            TextColumn("{task.description}"), BarColumn(), DownloadColumn(), console=console
        )
        self._title = ""
        self._task: TaskID | None = None

    def __enter__(self) -> DataDisplay:
        return self

    def __exit__(self, *_exception: object) -> None:
        self._stop_bar()

    def say(self, line: str) -> None:
        """Print a line that stays."""
        self._stop_bar()
        self._console.print(escape(printable(line)), soft_wrap=True, highlight=False)

    def update(self, update: FetchUpdate) -> None:
        """Show one step of a fetch."""
        source = f" from {update.source}" if update.source else ""
        title = f"{update.dataset}: {update.phase} {update.item}{source}"
        if title != self._title:
            self._title = title
            self._stop_bar()
            if self._console.is_terminal:
                self._task = self._progress.add_task(escape(title), total=None)
                self._progress.start()
            else:
                self.say(title)
        if self._task is not None:
            self._progress.update(self._task, completed=update.done_bytes, total=update.total_bytes)
            if update.done_bytes == update.total_bytes:
                self._stop_bar()

    def _stop_bar(self) -> None:
        """Two live displays do not share a terminal: the bar goes as soon as it is full."""
        if self._task is not None:
            self._progress.stop()
            self._progress.remove_task(self._task)
            self._task = None
