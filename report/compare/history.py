"""Many runs in the order of time: a line per version of every contender's framework."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from functools import cache
from itertools import groupby
from pathlib import Path

from report.compare.between import DEFAULT_PERCENT, Between, between
from report.compare.changes import Change
from report.run.load import load_run
from report.run.machine import fingerprints
from report.run.measurement import Measurement
from report.run.measurements import Measurements, Setting, setting_of
from report.run.records import ReportError, Run
from report.vocabulary.presentation import Style, framework_packages, presentation, styles

_UNKNOWN = "version not recorded"


@dataclass(frozen=True)
class Version:
    """A contender's framework in one version, in the runs that followed each other with it."""

    contender: str
    name: str
    """Packages with their versions."""
    runs: tuple[Run, ...]
    before: Between | None
    """The newest run of the version before against the newest of this one; None for the first."""

    @property
    def newest(self) -> Run:
        """The run that speaks for the version: several may differ in what was asked of them."""
        return self.runs[-1]


@dataclass(frozen=True)
class HistoryCell:
    """One metric of one version on one workload."""

    measured: Measurement
    change: Change | None
    """Against the version before; None for the first, and where they cannot be compared."""
    not_compared: str
    """Why there is no change; empty where there is one, or nothing before."""


@dataclass(frozen=True)
class HistoryLine:
    """A version on one workload."""

    setting: Setting
    """Of its training."""
    version: Version
    cells: Mapping[str, HistoryCell]
    """By metric: those of the overview."""


@dataclass(frozen=True)
class History:
    """What several runs say together."""

    folders: tuple[Path, ...]
    """Of the runs."""
    runs: tuple[Run, ...]
    """The oldest first."""
    unreadable: tuple[str, ...]
    """What is wrong with folders that hold no run that can be read, or one that another holds too,
    a line each."""
    versions: tuple[Version, ...]
    """By contender, the oldest first."""
    percent: float
    """The change that is looked for."""
    styles: Mapping[str, Style]

    @property
    def latest(self) -> Iterator[tuple[str, Between]]:
        """Every contender whose version changed, with the last of its changes."""
        for contender, found in groupby(self.versions, lambda version: version.contender):
            *_, last = found
            if last.before is not None:
                yield contender, last.before

    @property
    def slower(self) -> tuple[Change, ...]:
        """What is slower, by more than `percent`, since the last change of its own version."""
        return tuple(
            change
            for contender, found in self.latest
            for change in found.slower
            if change.first.setting.contender == contender
        )

    @property
    def lines(self) -> Iterator[HistoryLine]:
        """Every version on every workload that it was measured on, by contender and workload."""
        for _, own in groupby(self.versions, lambda version: version.contender):
            found = [line for version in own for line in _lines(version)]
            for setting in dict.fromkeys(line.setting for line in found):
                yield from (line for line in found if line.setting == setting)


def read_history(folders: Sequence[Path], percent: float = DEFAULT_PERCENT) -> History:
    """Read runs, each once whatever its names, and set the versions of every contender in a line.

    Of copies of a run, the one with the most results counts.

    Raises:
        ReportError: none of the folders holds a run that can be read.
    """
    runs, unreadable = {}, []
    for folder in dict.fromkeys(path.resolve() for path in folders):
        try:
            runs[folder] = load_run(folder)
        except ReportError as error:
            unreadable.append(str(error))
    if not runs:
        raise ReportError("; ".join(unreadable))
    for copy, whole in _copies(runs).items():
        del runs[copy]
        unreadable.append(f"{copy}: holds a copy of the run in {whole}")
    by_time = sorted(runs, key=lambda folder: began(runs[folder]))
    ordered = tuple(runs[folder] for folder in by_time)
    named = styles(dict.fromkeys(name for run in ordered for name in run.contenders))
    versions = tuple(_versions(ordered, percent))
    return History(tuple(by_time), ordered, tuple(unreadable), versions, percent, named)


_ADDED = {"finished", "order", "bills_of_materials"}
"""What a run adds to its record as it goes on; the rest says which run it is."""


def _copies(runs: Mapping[Path, Run]) -> dict[Path, Path]:
    """Return the folders of copies, each with the folder of the run that counts."""
    counting: dict[str, Path] = {}
    copies = {}
    for folder in sorted(runs, key=lambda folder: -_results(runs[folder])):
        record = runs[folder].record
        if record is not None:
            asked = record.model_dump_json(exclude=_ADDED)
            whole = counting.setdefault(asked, folder)
            if whole != folder:
                copies[folder] = whole
    return copies


def _results(run: Run) -> int:
    return sum(job.result is not None for job in run.jobs)


def _versions(ordered: Sequence[Run], percent: float) -> Iterator[Version]:
    """Yield the versions of every contender of runs, which come in the order of time."""
    contenders = dict.fromkeys(name for run in ordered for name in run.contenders)

    @cache
    def compared(first: int, second: int) -> Between:
        return between(ordered[first], ordered[second], percent)

    for contender in contenders:
        last: int | None = None
        for name, indices in _stretches(ordered, contender):
            before = None if last is None else compared(last, indices[-1])
            yield Version(contender, name, tuple(ordered[index] for index in indices), before)
            last = indices[-1]


def _stretches(ordered: Sequence[Run], contender: str) -> Iterator[tuple[str, list[int]]]:
    """Yield the versions of a contender, each with the places of the runs in a row that had it."""
    named = ((framework_version(run, contender), index) for index, run in enumerate(ordered))
    measured = [(name, index) for name, index in named if name]
    for name, found in groupby(measured, lambda pair: pair[0]):
        yield name, [index for _, index in found]


def began(run: Run) -> datetime:
    """Return when a run began, by its record or the first of its results."""
    if run.record is not None:
        return run.record.created
    starts = (job.result.started for job in run.jobs if job.result is not None)
    return min(starts, default=datetime.min.replace(tzinfo=timezone.utc))


def framework_version(run: Run, contender: str) -> str:
    """Return the packages of a contender's framework; empty where it measured nothing."""
    jobs = [job for job in run.measuring_jobs if job.identity.contender == contender]
    found = {
        f"{package} {version}": None
        for one in fingerprints(jobs)
        for package in framework_packages(contender)
        if (version := one.software.version(package))
    }
    return (", ".join(found) or _UNKNOWN) if jobs else ""


def _lines(version: Version) -> Iterator[HistoryLine]:
    measurements = Measurements(version.newest)
    measured = (setting_of(job) for job in version.newest.measuring_jobs)
    places = dict.fromkeys(
        replace(setting, task="train")
        for setting in measured
        if setting.contender == version.contender and setting.protocol == "matched"
    )
    for place in places:
        cells = {
            criterion.metric: _cell(
                replace(place, task=criterion.task), criterion.metric, version, measurements
            )
            for criterion in presentation().history
        }
        yield HistoryLine(place, version, cells)


def _cell(
    setting: Setting, metric: str, version: Version, measurements: Measurements
) -> HistoryCell:
    measured = measurements.of(setting, metric)
    if reason := measurements.why_incomparable(setting, metric):
        return HistoryCell(measured, None, reason)
    if version.before is None or not measured.samples:
        return HistoryCell(measured, None, "")
    for change in version.before.changes:
        is_single = not change.is_overall
        if is_single and (change.first.setting, change.first.metric) == (setting, metric):
            return HistoryCell(measured, change, "")
    return HistoryCell(measured, None, _why_not_compared(setting, version.before))


def _why_not_compared(setting: Setting, before: Between) -> str:
    if before.machines:
        return "another machine"
    reasons = (found.reason for found in before.obstacles if setting in found.settings)
    return next(reasons, "not measured by the version before")
