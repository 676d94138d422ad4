"""The warning that others used the machine while jobs were timed."""

from collections.abc import Iterator, Mapping

from contract.words import counted
from report.document.warnings.reader_warning import ReaderWarning
from report.run.records import Run
from report.vocabulary.presentation import Style


def disturbed(run: Run, _: Mapping[str, Style]) -> Iterator[ReaderWarning]:
    """Tell how many measurements were disturbed, were made again, and stayed disturbed."""
    left = [job.result for job in run.jobs if job.result and job.result.disturbed_because]
    again = len(run.disturbed_before)
    if not left and not again:
        return
    detail = (
        "Other programs used the jobs' CPUs, or a quota stopped the jobs, while they were timed. "
        f"Set aside and measured again: {again:,}. Still disturbed: {len(left):,}"
    )
    if left:
        detail += (
            f", the first of them because {left[0].disturbed_because}. Their times, processor use "
            "and energy count for no verdict; their accuracies, losses and memory do"
        )
    waited_seconds = sum(wait.waited_seconds for wait in run.quiet_waits)
    if waited_seconds:
        gave_up = counted(sum(wait.gave_up for wait in run.quiet_waits), "time")
        detail += f". The run waited {waited_seconds:.0f} s for quiet, and gave up {gave_up}"
    yield ReaderWarning(
        "serious" if left else "notice",
        f"Others disturbed {counted(len(left) + again, 'measurement')}",
        f"{detail}.",
        "Keep the machine free of other work. The same command with `--rerun-drifted` measures the "
        "jobs that are still disturbed again, and sets their results aside.",
    )
