"""Warnings about what was asked of a run, and how far it got."""

from collections import Counter
from collections.abc import Iterator, Mapping

from contract.words import counted
from report.document.warnings.reader_warning import ReaderWarning, Severity
from report.run.records import Run
from report.statistics.summary import MIN_INTERVAL_SAMPLES, coverage_bound, detectable_spreads
from report.vocabulary.numbers import listed, percent, rounded
from report.vocabulary.presentation import Style

_SHOWN = 3


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
        some = "Some jobs gave no measurement"
        title = some if run.measuring_jobs else "No job gave a measurement"
        severity: Severity = "notice" if set(counts) == {"skipped"} else "serious"
        remedy = "The report lists causes and remedies under “Jobs without a measurement”."
        yield ReaderWarning(severity, title, detail, remedy)


def left_out(run: Run, _: Mapping[str, Style]) -> Iterator[ReaderWarning]:
    """Say what of the plan was not done, and why."""
    counts = Counter(run.spared.values())
    if counts:
        reasons = listed([f"{counted(n, 'job')}: {because}" for because, n in counts.items()])
        yield ReaderWarning(
            "notice",
            "Part of the plan was left out",
            f"Blocks of turns that could settle nothing, or what there was no time for: {reasons}.",
            "`--budget none` leaves nothing out for want of time; `--repeats` plans more blocks.",
        )


def unusable_files(run: Run, _: Mapping[str, Style]) -> Iterator[ReaderWarning]:
    """Warn where files of the run could not be read."""
    if run.problems:
        named = [f"`{problem.where}` ({problem.cause})" for problem in run.problems[:_SHOWN]]
        more = len(run.problems) - len(named)
        files = listed([*named, *([f"{more:,} more"] if more else [])])
        detail = f"Of the run's files these could not be used: {files}."
        remedy = "The report says under “Files that could not be used” what to do about each."
        yield ReaderWarning("serious", "Unusable files", detail, remedy)


def reduced_profile(run: Run, _: Mapping[str, Style]) -> Iterator[ReaderWarning]:
    """Warn where the run trained less than the study did."""
    if run.measuring_jobs and run.record is not None and run.record.profile != "paper":
        yield ReaderWarning(
            "notice",
            f"Reduced profile “{run.record.profile}”",
            "It trains less than the paper did: times and accuracies are not the paper's.",
            "Run with `--profile paper` before you compare them with published values.",
        )


def measured_before(run: Run, _: Mapping[str, Style]) -> Iterator[ReaderWarning]:
    """Say which measurements are those of earlier runs."""
    earlier = [
        (job.result.finished, run.taken_over[job.identity.job_id].by_run)
        for job in run.measuring_jobs
        if job.result is not None and job.identity.job_id in run.taken_over
    ]
    if earlier:
        days = dict.fromkeys(f"{day.day} {day:%B %Y}" for day, _ in sorted(earlier))
        runs = dict.fromkeys(f"`{name}`" for _, name in sorted(earlier))
        yield ReaderWarning(
            "notice",
            "Measured before",
            f"{len(earlier)} of {counted(len(run.measuring_jobs), 'measurement')} were taken over "
            f"from {listed(list(runs))}, of {listed(list(days))}: nothing that they depend on has "
            "changed since.",
            "Run with `--fresh` to measure anew.",
        )


def few_repeats(run: Run, _: Mapping[str, Style]) -> Iterator[ReaderWarning]:
    """Warn where too few blocks gave a measurement to tell differences from noise."""
    # Blocks of turns are more, and of one network: what is said here is of all that was measured.
    alone = [job.identity for job in run.measuring_jobs if job.identity.task != "turns"]
    repeats = len({identity.repeat for identity in alone})
    asked = run.record.repeats if run.record else repeats
    remedy = f"Run with `--repeats {MIN_INTERVAL_SAMPLES}`."
    if asked >= MIN_INTERVAL_SAMPLES:
        remedy = "Continue the run with `--resume`, so that every block is measured."
    if repeats == 1:
        detail = "One run shows neither noise nor drift: nothing here is comparable."
        yield ReaderWarning("notice", "A single run", detail, remedy)
    elif 1 < repeats < MIN_INTERVAL_SAMPLES:
        spreads = rounded(detectable_spreads(repeats))
        cover = percent(coverage_bound(repeats))
        yield ReaderWarning(
            "notice",
            f"Few repeats ({repeats})",
            f"A difference below {spreads} times its own spread between blocks cannot be told from "
            f"noise, and the range of a median’s repeats covers the truth {cover} of the time at "
            "best.",
            remedy,
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
