"""What a reader must know before quoting a number: a closed set of warnings."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Literal

from report.run.conditions import differing
from report.run.drift import drifted_blocks, unwatched_blocks
from report.run.measurements import Measurements, Setting, setting_of
from report.run.noise import PRECISION, noted_outliers, wide_spreads
from report.run.records import Job, Run
from report.statistics.summary import coverage_bound, detectable_spreads
from report.vocabulary.numbers import counted, listed, percent, rounded
from report.vocabulary.presentation import DEVICE_TITLES, Style

ENOUGH_REPEATS = 6
"""From here on a range can reach 95 % coverage (see `coverage_bound`)."""
MANY_OUTLIERS = 0.05
"""Of all times; fewer are the rule where a program shares its machine with a system."""
_SHOWN = 3

Severity = Literal["serious", "notice"]


@dataclass(frozen=True)
class ReaderWarning:
    """A warning with what to do about it."""

    severity: Severity
    title: str
    detail: str
    remedy: str


def warnings(run: Run, styles: Mapping[str, Style]) -> tuple[ReaderWarning, ...]:
    """Return every warning that the run deserves, the serious ones first."""
    found = [warning for check in _CHECKS for warning in check(run, styles)]
    return tuple(sorted(found, key=lambda warning: warning.severity == "notice"))


def _unfinished(run: Run, _: Mapping[str, Style]) -> Iterator[ReaderWarning]:
    if run.record is not None and run.record.finished is None:
        done = sum(job.result is not None for job in run.jobs)
        detail = f"{done} of {counted(len(run.jobs), 'job')} have a result."
        yield ReaderWarning(
            "serious", "The run is not finished", detail, "Continue it with `--resume`."
        )


def _gate(run: Run, styles: Mapping[str, Style]) -> Iterator[ReaderWarning]:
    failed, unproven = _without_proof(run, styles)
    for name, workloads in failed.items():
        yield ReaderWarning(
            "serious",
            f"{name} failed the equivalence gate",
            f"It does not compute {listed(workloads)} within tolerance, so it wins nothing there.",
            "See the equivalence table for the check, the tensor and the size of the error.",
        )
    for name, workloads in unproven.items():
        yield ReaderWarning(
            "serious",
            f"{name} never went through the equivalence gate",
            f"Nothing shows that it computes {listed(workloads)}, so it is not compared there.",
            "Run `plumbline verify`, or run the study again.",
        )


_Workloads = dict[str, list[str]]


def _without_proof(run: Run, styles: Mapping[str, Style]) -> tuple[_Workloads, _Workloads]:
    """Return the workloads with failed and without proof, by contender; not those meant to fail."""
    measurements = Measurements(run)
    failed: _Workloads = {}
    unproven: _Workloads = {}
    trained = (job for job in run.jobs if job.identity.task == "train")
    matched = (replace(setting_of(job), protocol="matched") for job in trained)
    for setting in dict.fromkeys(matched):
        workload = run.workload(setting.study, setting.workload)
        status = measurements.gate(setting)
        where = f"{setting.study.upper()} {workload.title if workload else setting.workload}"
        if workload is not None and workload.gate_fails_because:
            continue
        if status == "failed":
            failed.setdefault(_named(setting, styles), []).append(where)
        elif status == "unproven" and measurements.results(setting):
            unproven.setdefault(_named(setting, styles), []).append(where)
    return failed, unproven


def _without_measurement(run: Run, _: Mapping[str, Style]) -> Iterator[ReaderWarning]:
    jobs = sorted((job for job in run.jobs if job.outcome != "ok"), key=lambda job: job.outcome)
    counts = {outcome: len(list(found)) for outcome, found in groupby(jobs, lambda j: j.outcome)}
    if counts:
        numbers = listed([f"{count} {outcome}" for outcome, count in counts.items()])
        detail = f"Of {counted(len(run.jobs), 'job')}: {numbers}."
        title = "Some jobs gave no measurement"
        severity: Severity = "notice" if set(counts) == {"skipped"} else "serious"
        yield ReaderWarning(severity, title, detail, "Causes and remedies stand near the end.")


def _broken_pins(run: Run, styles: Mapping[str, Style]) -> Iterator[ReaderWarning]:
    broken = {
        job.identity.contender: None
        for job in run.jobs
        if job.result and any(not pin.matches for pin in job.result.pins.values())
    }
    if broken:
        names = listed([styles[name].title for name in broken])
        detail = f"{names} found other resources than were set, and the jobs were refused."
        yield ReaderWarning("serious", "Pins did not hold", detail, "See the table of pins.")


def _conditions(run: Run, _: Mapping[str, Style]) -> Iterator[ReaderWarning]:
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


def _hosts(run: Run, _: Mapping[str, Style]) -> Iterator[ReaderWarning]:
    prints = [job.result.fingerprint for job in run.jobs if job.result and job.result.fingerprint]
    hosts = dict.fromkeys((f.host.cpu_model, f.host.memory_bytes, f.host.kernel) for f in prints)
    if len(hosts) > 1:
        detail = f"{len(hosts)} different machines gave the results of this run."
        yield ReaderWarning(
            "serious", "More than one machine", detail, "Run all jobs on one machine."
        )


def _drift(run: Run, _: Mapping[str, Style]) -> Iterator[ReaderWarning]:
    for block, figures in drifted_blocks(run).items():
        title = f"The machine changed during block {block}"
        remedy = (
            "Run the same command with `--rerun-drifted`: it measures the block again, "
            "and keeps aside what there was."
        )
        yield ReaderWarning("serious", title, f"In block {block}, {figures}.", remedy)
    unwatched = unwatched_blocks(run)
    if unwatched:
        blocks = f"block{'s' * (len(unwatched) > 1)} {listed([str(block) for block in unwatched])}"
        detail = f"No sentinel was timed before and after the jobs of {blocks}."
        remedy = "Run again: sentinels are timed in every block that runs to its end."
        yield ReaderWarning("notice", "Drift is unknown", detail, remedy)


def _strangers(run: Run, _: Mapping[str, Style]) -> Iterator[ReaderWarning]:
    measured = [job.result.meters for job in run.jobs if job.result and job.result.meters]
    disturbed = sum(bool(meters.gpu_foreign_processes) for meters in measured)
    if disturbed:
        yield ReaderWarning(
            "serious",
            "Others computed on the GPU",
            f"During {counted(disturbed, 'job')} the driver listed processes that were not the "
            "job's. Their time, memory and energy are not the job's alone.",
            "Stop them (`nvidia-smi` lists them), and run the blocks again.",
        )


def _files(run: Run, _: Mapping[str, Style]) -> Iterator[ReaderWarning]:
    if run.problems:
        detail = f"{counted(len(run.problems), 'file')} of the run could not be used."
        yield ReaderWarning("serious", "Unusable files", detail, "They are listed near the end.")


def _profile(run: Run, _: Mapping[str, Style]) -> Iterator[ReaderWarning]:
    if run.record is not None and run.record.profile != "paper":
        yield ReaderWarning(
            "notice",
            f"Reduced profile “{run.record.profile}”",
            "It trains less than the paper did: times and accuracies are not the paper's.",
            "Run with `--profile paper` before you compare them with published values.",
        )


def _repeats(run: Run, _: Mapping[str, Style]) -> Iterator[ReaderWarning]:
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


def _spread(run: Run, styles: Mapping[str, Style]) -> Iterator[ReaderWarning]:
    wide = wide_spreads(run, styles)
    if wide:
        limit = percent(PRECISION)
        others = f", and {len(wide) - _SHOWN} others" if len(wide) > _SHOWN else ""
        yield ReaderWarning(
            "notice",
            f"Wide spread in {counted(len(wide), 'time')}",
            f"Their repeats leave them open by more than {limit}. "
            f"{'; '.join(map(str, wide[:_SHOWN]))}{others}.",
            "Keep the machine free of other work, or raise `--repeats` by as many.",
        )


def _outliers(run: Run, styles: Mapping[str, Style]) -> Iterator[ReaderWarning]:
    found = noted_outliers(run, styles)
    if found is not None and found.far > MANY_OUTLIERS * found.times:
        yield ReaderWarning(
            "notice",
            f"{counted(found.far, 'outlier')} among {found.times:,} times",
            "They lie beyond 3.5 median absolute deviations, most of them in "
            f"{found.worst}. None was removed; medians hardly feel them, means do.",
            "Keep the machine free of other work while a run lasts.",
        )


def _source(run: Run, _: Mapping[str, Style]) -> Iterator[ReaderWarning]:
    if run.record is not None and run.record.source_dirty:
        yield ReaderWarning(
            "notice",
            "Uncommitted changes",
            "The kit's source differed from its commit, so the commit does not describe this run.",
            "Commit the changes and run again.",
        )


def _named(setting: Setting, styles: Mapping[str, Style]) -> str:
    return f"{styles[setting.contender].title} ({DEVICE_TITLES[setting.device]})"


_CHECKS: tuple[Callable[[Run, Mapping[str, Style]], Iterator[ReaderWarning]], ...] = (
    _unfinished,
    _gate,
    _without_measurement,
    _broken_pins,
    _conditions,
    _hosts,
    _drift,
    _strangers,
    _files,
    _profile,
    _repeats,
    _spread,
    _outliers,
    _source,
)
