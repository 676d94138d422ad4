"""What may be quoted from a run, what may not, and what to type before quoting."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from contract.words import counted
from report.document.warnings.reader_warning import ReaderWarning
from report.run.records import Run
from report.topics.statements.tally import Tally

_MOST_NAMED = 3
"""Of serious warnings; the gate's and the run's own come first."""
Word = Literal["Nothing was measured", "Not finished", "Preliminary", "Ready to be quoted"]


@dataclass(frozen=True)
class Status:
    """How far a run can be trusted, for its first page."""

    word: Word
    text: str
    """What may be quoted, and what may not."""
    before: tuple[str, ...]
    """What to type before quoting; commands between backticks."""


def status_of(run: Run, found: Tally, warnings: Sequence[ReaderWarning]) -> Status:
    """Return the status of a run."""
    if not run.measuring_jobs:
        failed = counted(sum(job.outcome != "ok" for job in run.jobs), "job")
        text = f"{failed} gave no result: nothing here may be quoted."
        return Status("Nothing was measured", text, ("see “Jobs without a measurement” below",))
    is_serious = any(warning.severity == "serious" for warning in warnings)
    return Status(
        _word(run, is_serious=is_serious),
        " ".join((_may_be_quoted(found), *_may_not(run, found, warnings))),
        tuple(_before(run, found)),
    )


def _word(run: Run, *, is_serious: bool) -> Word:
    if _is_unfinished(run):
        return "Not finished"
    return "Preliminary" if is_serious or _is_reduced(run) else "Ready to be quoted"


def _is_unfinished(run: Run) -> bool:
    return run.record is not None and run.record.finished is None


def _is_reduced(run: Run) -> bool:
    return run.record is None or run.record.profile != "paper"


def _may_be_quoted(found: Tally) -> str:
    if not found.tested and not found.untested:
        return "No paper states anything on this: what was measured stands for itself."
    decided = found.tested - found.verdicts["inconclusive"]
    if not decided:
        return "No statement is decided: no ratio between frameworks may be quoted yet."
    return (
        f"The ratios of {counted(decided, 'decided statement')} may be quoted, with their "
        "intervals and the machine."
    )


def _may_not(run: Run, found: Tally, warnings: Sequence[ReaderWarning]) -> Iterator[str]:
    if _is_reduced(run) and (found.tested or found.untested):
        yield f"Absolute times, accuracies and losses are not the papers’{_scale(run)}."
    serious = [warning.title for warning in warnings if warning.severity == "serious"]
    if serious:
        named, more = serious[:_MOST_NAMED], len(serious) - _MOST_NAMED
        rest = f"; and {more} more" if more > 0 else ""
        yield f"Serious: {'; '.join(named)}{rest}."


def _scale(run: Run) -> str:
    """Say how much was trained; empty where no job tells."""
    specs = [job.spec for job in run.measuring_jobs if job.spec and job.spec.task == "train"]
    if not specs:
        return ""
    epochs = sorted({spec.epochs for spec in specs})
    samples = sorted({spec.train_samples for spec in specs if spec.train_samples is not None})
    images = f" on {_span(samples, 'sample')}" if samples else ""
    return f" ({_span(epochs, 'epoch')}{images})"


def _span(values: Sequence[int], noun: str) -> str:
    """Return the least and the most of sorted numbers of something, or the only one."""
    most = counted(values[-1], noun)
    return most if len(values) == 1 else f"{values[0]:,} – {most}"


def _before(run: Run, found: Tally) -> Iterator[str]:
    if _is_unfinished(run):
        yield "`plumbline run --resume`"
    if found.verdicts["inconclusive"]:
        yield "`plumbline run --budget none` for what is open"
    if _is_reduced(run):
        yield "`plumbline run --profile paper` for absolute values"
