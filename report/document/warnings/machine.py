"""Warnings about the machine, and about jobs that did not have it alike, or alone."""

from collections.abc import Iterator, Mapping
from itertools import groupby

from contract.disturbance import THROTTLED_SHARE_LIMIT
from contract.words import counted
from report.document.warnings.reader_warning import ReaderWarning
from report.run.conditions import differing
from report.run.drift import drifted_blocks, unwatched_blocks
from report.run.machine import hardware, machine_ids
from report.run.records import Job, Run
from report.vocabulary.numbers import listed, percent
from report.vocabulary.presentation import Style


def broken_pins(run: Run, styles: Mapping[str, Style]) -> Iterator[ReaderWarning]:
    """Warn where jobs found other resources than were set."""
    broken = {
        job.identity.contender: None
        for job in run.jobs
        if job.result and any(not pin.matches for pin in job.result.pins.values())
    }
    if broken:
        names = listed([styles[name].title for name in broken])
        detail = f"{names} found resources other than those set, and the jobs were refused."
        yield ReaderWarning("serious", "Pins did not hold", detail, "See the table of pins.")


def unequal_conditions(run: Run, _: Mapping[str, Style]) -> Iterator[ReaderWarning]:
    """Warn where jobs that are compared ran under different conditions."""

    def workload(job: Job) -> tuple[str, str, str, str, str]:
        which = job.identity
        return which.study, which.workload, which.protocol, which.device, which.task

    described = sorted((job for job in run.jobs if job.spec), key=workload)
    for key, jobs in groupby(described, workload):
        labels = differing([job.spec for job in jobs if job.spec])
        if labels:
            detail = f"{' '.join(key[:2])}: {listed(labels).lower()} are not the same in all jobs."
            remedy = "Compare only jobs of one run, started by one command."
            yield ReaderWarning("serious", "Unequal conditions", detail, remedy)


def several_machines(run: Run, _: Mapping[str, Style]) -> Iterator[ReaderWarning]:
    """Warn where the results come from more than one machine."""
    every = hardware(run.jobs) | {"Machine": tuple(sorted(machine_ids(run.jobs)))}
    several = {label: seen for label, seen in every.items() if len(seen) > 1}
    if several:
        told = "; ".join(f"{label.lower()}: {listed(seen)}" for label, seen in several.items())
        detail = f"Different machines gave the results of this run ({told})."
        yield ReaderWarning(
            "serious", "More than one machine", detail, "Run all jobs on one machine."
        )


def throttled(run: Run, _: Mapping[str, Style]) -> Iterator[ReaderWarning]:
    """Warn where a CPU quota kept jobs waiting."""
    shares = [
        meters.throttled_seconds / meters.watch_seconds
        for job in run.jobs
        if job.result and (meters := job.result.meters)
        if meters.throttled_seconds and meters.watch_seconds
    ]
    slowed = [share for share in shares if share > THROTTLED_SHARE_LIMIT]
    if slowed:
        yield ReaderWarning(
            "serious",
            "A CPU quota kept jobs waiting",
            f"In {counted(len(slowed), 'job')} a control group's quota stopped threads that were "
            f"ready to run, in the worst for {percent(max(slowed))} of the time that was watched, "
            "all CPUs together. Those times tell of the quota, not of the frameworks.",
            "Raise the quota (`plumbline doctor` names it), or give jobs fewer CPUs (`--cpus`).",
        )


def drift(run: Run, _: Mapping[str, Style]) -> Iterator[ReaderWarning]:
    """Warn of blocks in which the machine changed, and of those that nobody watched."""
    for block, figures in drifted_blocks(run).items():
        title = f"The machine changed during block {block}"
        remedy = (
            "Run the same command with `--rerun-drifted`: it measures the block again, "
            "and sets the old results aside."
        )
        yield ReaderWarning("serious", title, f"In block {block}, {figures}.", remedy)
    unwatched = unwatched_blocks(run)
    if unwatched:
        blocks = f"block{'s' * (len(unwatched) > 1)} {listed([str(block) for block in unwatched])}"
        detail = f"No sentinel was timed before and after the jobs of {blocks}."
        remedy = "Run again: sentinels are timed in every block that runs to its end."
        yield ReaderWarning("notice", "Drift is unknown", detail, remedy)


def other_gpu_processes(run: Run, _: Mapping[str, Style]) -> Iterator[ReaderWarning]:
    """Warn where other processes used the GPU during jobs."""
    measured = [job.result.meters for job in run.jobs if job.result and job.result.meters]
    disturbed = sum(bool(meters.gpu_foreign_processes) for meters in measured)
    if disturbed:
        yield ReaderWarning(
            "serious",
            "Other processes used the GPU",
            f"During {counted(disturbed, 'job')} the driver listed processes that were not the "
            "job's. Their time, memory and energy are not the job's alone.",
            "Stop them (`nvidia-smi` lists them), and run the blocks again.",
        )
