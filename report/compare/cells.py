"""What two runs measured alike, and what they did not, with the reason."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from contract.base import TIMED_TASKS
from contract.job import JobSpec
from report.run.conditions import differing_between_runs
from report.run.machine import fingerprints
from report.run.measurement import Measurement
from report.run.measurements import INCOMPARABLE, Measurements, Setting, setting_of
from report.run.records import Job, Run
from report.statistics.paired import EffectScale
from report.vocabulary.presentation import presentation

BlockSamples = Mapping[int, float]
"""One sample per block, by the block's number."""


@dataclass(frozen=True, eq=False)
class SharedCell:
    """One metric of one setting, as both runs measured it under the same conditions."""

    setting: Setting
    metric: str
    scale: EffectScale
    """ratio for times and memory; difference for shares and losses, which may be zero."""
    before: BlockSamples
    """Of the first run, in the contract's unit."""
    after: BlockSamples
    """Of the second."""
    test_samples: int | None
    """Images behind an accuracy; None where nothing tells."""

    @property
    def samples(self) -> tuple[tuple[float, ...], tuple[float, ...]]:
        """Those of the first run and those of the second, which share no blocks."""
        return tuple(self.before.values()), tuple(self.after.values())

    @property
    def is_time(self) -> bool:
        """Whether a slower machine would change it."""
        return self.metric.endswith("_seconds")

    @property
    def group(self) -> tuple[str, ...]:
        """What the cells of all contenders share that a machine's mood would move together."""
        which = self.setting
        return which.study, which.workload, which.protocol, which.device, which.task, self.metric


@dataclass(frozen=True)
class Obstacle:
    """Why settings of the two runs cannot be compared."""

    reason: str
    settings: tuple[Setting, ...]


def match(first: Run, second: Run) -> tuple[list[SharedCell], tuple[Obstacle, ...]]:
    """Return every cell that both runs have, and the reasons why others are not compared."""
    sides = (_Side(first, "first"), _Side(second, "second"))
    cells: list[SharedCell] = []
    reasons: dict[str, list[Setting]] = {}
    for setting in dict.fromkeys((*sides[0].settings, *sides[1].settings)):
        reason = next(_obstacles(setting, *sides), "")
        found = [] if reason else list(_cells(setting, *sides))
        if not reason and not found:
            reason = "no metric that both runs measured"
        if reason:
            reasons.setdefault(reason, []).append(setting)
        cells += found
    return cells, tuple(Obstacle(reason, tuple(named)) for reason, named in reasons.items())


class _Side:
    """One of the two runs."""

    def __init__(self, run: Run, name: str) -> None:
        self.name = name
        self.run = run
        self.measurements = Measurements(run)
        measuring = (setting_of(job) for job in run.jobs if job.identity.task in TIMED_TASKS)
        self.settings = tuple(dict.fromkeys(measuring))

    def specs(self, setting: Setting) -> list[JobSpec]:
        return [job.spec for job in self._done(setting) if job.spec is not None]

    def data(self, setting: Setting) -> dict[str, set[str]]:
        """Return the content hashes of every array that the setting's jobs read."""
        found: dict[str, set[str]] = {}
        for fingerprint in fingerprints(self._done(setting)):
            for array, digest in fingerprint.data_sha256.items():
                found.setdefault(array, set()).add(digest)
        return found

    def why_unfit(self, setting: Setting) -> str:
        """Say why the setting has no numbers here that mean anything; empty where it has."""
        if setting not in self.settings:
            return f"not part of the {self.name} run"
        if not self._done(setting):
            return f"{self.name} run: {self.measurements.why_absent(setting)}"
        workload = self.run.workload(setting.study, setting.workload)
        fails_on_purpose = workload is not None and workload.gate_fails_because
        status = self.measurements.gate(setting)
        if status in ("failed", "disagreed") and not fails_on_purpose:
            return f"{self.name} run: {INCOMPARABLE[status]}, so it is a different network"
        return ""

    def _done(self, setting: Setting) -> list[Job]:
        return [job for job in self.measurements.jobs(setting) if job.outcome == "ok"]


def _obstacles(setting: Setting, first: _Side, second: _Side) -> Iterator[str]:
    yield from filter(None, (side.why_unfit(setting) for side in (first, second)))
    specs = [spec for side in (first, second) for spec in side.specs(setting)]
    if labels := differing_between_runs(specs):
        yield f"run under different conditions: {', '.join(labels).lower()}"
    before, after = (side.data(setting) for side in (first, second))
    other = [array for array in before if array in after and before[array] != after[array]]
    if other:
        yield f"run on other data: {', '.join(other)}"


def _cells(setting: Setting, first: _Side, second: _Side) -> Iterator[SharedCell]:
    sides = (first.measurements, second.measurements)
    counts = [side.test_samples(setting) for side in sides]
    test_samples = min((count for count in counts if count is not None), default=None)
    for metric in (found.metric for found in presentation().changes if found.task == setting.task):
        if all(side.why_no_quality(setting, metric) for side in sides):
            continue
        measured = [side.of(setting, metric) for side in sides]
        if all(found.samples for found in measured):
            before, after = (found.by_block for found in measured)
            scale = _scale(metric, measured)
            yield SharedCell(setting, metric, scale, before, after, test_samples)


def _scale(metric: str, measured: Sequence[Measurement]) -> EffectScale:
    """Take ratios of what is counted from a true zero, and of positive numbers alone."""
    is_amount = presentation().metric(metric).scale == "ratio"
    positive = all(sample > 0 for found in measured for sample in found.samples)
    return "ratio" if is_amount and positive else "difference"
