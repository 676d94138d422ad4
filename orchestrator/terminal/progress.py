"""Shows a run as it goes: bars on a terminal, plain lines elsewhere."""

from statistics import median

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from contract.event import EpochEvent, Event, FailureEvent, PhaseEvent, ProgressEvent
from contract.job import JobSpec
from contract.result import Result
from contract.turns import Turns
from contract.words import counted
from orchestrator.errors import printable
from orchestrator.plan.estimate import Estimate
from orchestrator.run.display import Display, label
from orchestrator.run.outcome import JobOutcome


class PlainDisplay(Display):
    """One line per thing that happens; for logs and pipes."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._label = ""
        self._labels: dict[str, str] = {}
        """By job id: several may be alive."""

    def say(self, line: str) -> None:
        """Print the line."""
        self._console.print(harmless(line), soft_wrap=True, highlight=False)

    def job_starts(self, job: JobSpec, number: int, total: int, left: Estimate) -> None:
        """Remember which job it is; its outcome is the line that counts."""
        self._label = self._labels[job.job_id] = f"[{number}/{total}] {label(job)}"
        self.say(f"{self._label}: starts; left: {left}")

    def job_event(self, event: Event) -> None:
        """Print epochs; phases and progress would be too many lines."""
        if isinstance(event, EpochEvent):
            self.say(f"{self._label}: {epoch_line(event)}")

    def job_ends(self, outcome: JobOutcome) -> None:
        """Print the outcome."""
        started_as = self._labels.pop(outcome.result.job.job_id)
        self.say(f"{started_as}: {outcome_line(outcome)}")


class RichDisplay(Display):
    """A bar for the run, a bar for the job; finished jobs scroll by above them."""

    def __init__(self, console: Console) -> None:
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.percentage:>3.0f} %"),
            TimeElapsedColumn(),
            TextColumn("[dim]{task.fields[detail]}"),
            console=console,
        )
        self._run: TaskID | None = None
        self._job: TaskID | None = None

    def __enter__(self) -> Display:
        self._progress.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self._progress.stop()

    def say(self, line: str) -> None:
        """Print the line above the bars."""
        self._progress.console.print(harmless(line), highlight=False)

    def job_starts(self, job: JobSpec, number: int, total: int, left: Estimate) -> None:
        """Move the run's bar on, start the job's."""
        if self._run is None:
            self._run = self._progress.add_task("run", total=total, detail="")
        detail = f"job {number} of {total}; left: {left}"
        self._progress.update(self._run, completed=number - 1, detail=detail)
        if self._job is not None:
            self._progress.remove_task(self._job)
        self._job = self._progress.add_task(escape(label(job)), total=None, detail="starting")

    def job_event(self, event: Event) -> None:
        """Show phase and progress in the job's bar."""
        if self._job is None:
            return
        if isinstance(event, ProgressEvent):
            self._progress.update(self._job, completed=event.done, total=event.total)
        elif isinstance(event, PhaseEvent):
            detail = harmless(f"{event.phase} {event.message}")
            self._progress.update(self._job, completed=0, total=None, detail=detail)
        elif isinstance(event, EpochEvent):
            self._progress.update(self._job, detail=epoch_line(event))
        elif isinstance(event, FailureEvent):
            self._progress.update(self._job, detail=harmless(event.cause))

    def job_ends(self, outcome: JobOutcome) -> None:
        """Print the outcome above the bars."""
        self.say(f"{label(outcome.result.job)}: {outcome_line(outcome)}")
        if self._run is not None:
            self._progress.advance(self._run)


def make_display(console: Console) -> Display:
    """Return the display that suits the console."""
    return RichDisplay(console) if console.is_terminal else PlainDisplay(console)


def harmless(text: str) -> str:
    """Return a runner's text so that neither the terminal nor its markup takes it for orders."""
    return escape(printable(text))


def epoch_line(event: EpochEvent) -> str:
    """Return an epoch in a line."""
    loss = "" if event.train_loss is None else f", loss {event.train_loss:.4f}"
    accuracy = (
        "" if event.test_accuracy is None else f", test accuracy {100 * event.test_accuracy:.2f} %"
    )
    return f"epoch {event.epoch}/{event.epochs} {event.seconds:.1f} s{loss}{accuracy}"


def outcome_line(outcome: JobOutcome) -> str:
    """Return how a job ended, in a line."""
    result = outcome.result
    if result.failure is not None:
        return f"{result.status}: {result.failure.cause} (remedy: {result.failure.remedy})"
    return f"{_finding(result)} ({_when(outcome)})"


def _when(outcome: JobOutcome) -> str:
    """Return what a good job took; of one that did not run now, that it was done before."""
    if outcome.seconds is not None:
        return f"{outcome.seconds:.1f} s"
    if outcome.result.job.task == "verify":
        return f"earlier, on {outcome.result.finished:%Y-%m-%d}"
    return "finished before"


def _finding(result: Result) -> str:
    """Return what a good job found, in a few words."""
    metrics = result.metrics
    if result.job.task == "verify" and result.equivalence is not None:
        return f"equivalence gate {'passed' if result.equivalence.passed else 'FAILED'}"
    if result.transfer:
        largest = max(cell.largest_logit_difference for cell in result.transfer)
        names = ", ".join(cell.trained_by for cell in result.transfer)
        return f"weights of {names}: logits differ by up to {largest:.0e}"
    if result.mistakes:
        score = sum(mistake.score for mistake in result.mistakes)
        made, points = counted(len(result.mistakes), "mistake"), counted(score, "point")
        return f"{made}, {points} for the error messages"
    if result.scoring:
        table = result.scoring
        return f"{counted(table.rows, 'row')} scored, {table.rows_per_second:,.0f} a second"
    if result.turns:
        return _step(result.turns)
    if metrics is None or metrics.train_seconds is None:
        return result.status
    trained = f"trained in {metrics.train_seconds:.1f} s"
    if metrics.test_accuracy is not None:
        return f"{trained}, test accuracy {100 * metrics.test_accuracy:.2f} %"
    return f"{trained}, test loss {metrics.test_loss:.4g}"


def _step(turns: Turns) -> str:
    disturbed = sum(turn.disturbance.is_disturbed for turn in turns.turns)
    taken = f"{counted(len(turns.turns), 'turn')}, {disturbed} disturbed"
    if not turns.step_seconds:
        return taken
    return f"{taken}; a step takes {1000 * median(turns.step_seconds):.2f} ms"
