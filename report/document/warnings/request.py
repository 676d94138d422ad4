"""Warnings about what was asked of a run, and how far it got."""

from collections import Counter
from collections.abc import Iterator, Mapping

from report.document.warnings.reader_warning import ReaderWarning, Severity
from report.run.records import Run
from report.statistics.summary import coverage_bound, detectable_spreads
from report.vocabulary.numbers import counted, listed, percent, rounded
from report.vocabulary.presentation import Style

ENOUGH_REPEATS = 6
"""From here on a range can reach 95 % coverage (see `coverage_bound`)."""


def unfinished(run: Run, _: Mapping[str, Style]) -> Iterator[ReaderWarning]:
    """Warn where the run has not come to its end."""
    if run.record is not None and run.record.finished is None:
        done = sum(job.result is not None for job in run.jobs)
        detail = f"{done} of {counted(len(run.jobs), 'job')} have a result."
        yield ReaderWarning(
            "serious", "The run is not finished", detail, "Continue it with `--resume`."
        )


def without_measurement(run: Run, _: Mapping[str, Style]) -> Iterator[ReaderWarning]:
    """Warn where jobs failed, were skipped or never ran."""
    counts = Counter(sorted(job.outcome for job in run.jobs if job.outcome != "ok"))
    if counts:
        numbers = listed([f"{count} {outcome}" for outcome, count in counts.items()])
        detail = f"Of {counted(len(run.jobs), 'job')}: {numbers}."
        some = any(job.outcome == "ok" for job in run.jobs)
        title = "Some jobs gave no measurement" if some else "No job gave a measurement"
        severity: Severity = "notice" if set(counts) == {"skipped"} else "serious"
        yield ReaderWarning(severity, title, detail, "Causes and remedies are listed near the end.")


def unusable_files(run: Run, _: Mapping[str, Style]) -> Iterator[ReaderWarning]:
    """Warn where files of the run could not be read."""
    if run.problems:
        detail = f"{counted(len(run.problems), 'file')} of the run could not be used."
        yield ReaderWarning("serious", "Unusable files", detail, "They are listed near the end.")


def reduced_profile(run: Run, _: Mapping[str, Style]) -> Iterator[ReaderWarning]:
    """Warn where the run trained less than the study did."""
    if run.record is not None and run.record.profile != "paper":
        yield ReaderWarning(
            "notice",
            f"Reduced profile “{run.record.profile}”",
            "It trains less than the paper did: times and accuracies are not the paper's.",
            "Run with `--profile paper` before you compare them with published values.",
        )


def few_repeats(run: Run, _: Mapping[str, Style]) -> Iterator[ReaderWarning]:
    """Warn where there are too few blocks to tell differences from noise."""
    repeats = run.record.repeats if run.record else None
    if repeats == 1:
        detail = "One run shows neither noise nor drift: nothing here is comparable."
        yield ReaderWarning("notice", "A single run", detail, "Run with `--repeats 6`.")
    elif repeats is not None and repeats < ENOUGH_REPEATS:
        spreads = rounded(detectable_spreads(repeats))
        cover = percent(coverage_bound(repeats))
        yield ReaderWarning(
            "notice",
            f"Few repeats ({repeats})",
            f"A difference below {spreads} times its own spread between blocks cannot be told from "
            f"noise, and no interval of a median covers the truth more than {cover} of the time, "
            "whatever its label says.",
            f"Run with `--repeats {ENOUGH_REPEATS}`.",
        )


def uncommitted_source(run: Run, _: Mapping[str, Style]) -> Iterator[ReaderWarning]:
    """Warn where the kit's commit does not describe its source."""
    if run.record is not None and run.record.source_dirty:
        yield ReaderWarning(
            "notice",
            "Uncommitted changes",
            "The kit's source differed from its commit, so the commit does not describe this run.",
            "Commit the changes and run again.",
        )
