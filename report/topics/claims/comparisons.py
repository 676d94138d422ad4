"""What a run says about one comparison of a claim, before anyone judges it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean, median

from contract.base import Protocol
from contract.claim import DEVELOPMENT_METRICS, ClaimedComparison, Quantity, Relation
from contract.study import Study
from report.run.measurement import pairs
from report.run.measurements import ACCURACIES, Measurements, Setting
from report.run.records import Run
from report.statistics.paired import Pair, PairedTest, paired_test
from report.statistics.summary import binomial_error, difference_error
from report.vocabulary.presentation import DEVICE_TITLES, Style, presentation, shown


@dataclass(frozen=True)
class MeasuredComparison:
    """One comparison, measured."""

    relation: Relation
    measured: str = ""
    """Both sides in words; empty where one is missing."""
    obstacle: str = ""
    """Why the sides cannot be compared; empty where they can."""
    pairs: tuple[Pair, ...] = ()
    test: PairedTest | None = None
    """None where there are too few pairs, or where the numbers have no spread by nature."""
    is_unresolved: bool = False
    """Whether two accuracies are closer than the test samples can tell apart."""
    holds_exactly: bool | None = None
    """Of two numbers without a spread: whether the relation holds; None for measurements."""
    remark: str = ""
    """What a reader has to know about the sides."""


@dataclass(frozen=True)
class ComparisonReader:
    """Looks the sides of a study's claims up in a run, under one protocol."""

    run: Run
    study: Study
    protocol: Protocol
    measurements: Measurements
    styles: Mapping[str, Style]

    def of(self, workload: str, comparison: ClaimedComparison) -> MeasuredComparison:
        """Return what the run says about a comparison."""
        if comparison.left.metric in DEVELOPMENT_METRICS:
            return self._development(comparison)
        obstacle = next(self._obstacles(workload, comparison), "")
        if obstacle:
            return MeasuredComparison(comparison.relation, obstacle=obstacle)
        sides = [
            self.measurements.of(self._setting(workload, side), side.metric)
            for side in _sides(comparison)
        ]
        blocks: list[tuple[float, ...]] = [(value,) for value in sides[0].samples]
        if len(sides) == 2:
            blocks = [*pairs(sides[0], sides[1])]
        # sides that share no block are summed up over their own
        columns = zip(*blocks, strict=True) if blocks else [side.samples for side in sides]
        found = tuple(_weighed(comparison, values) for values in blocks)
        return MeasuredComparison(
            relation=comparison.relation,
            measured=self._in_words(comparison, [median(values) for values in columns]),
            pairs=found,
            test=paired_test(found),
            is_unresolved=self._is_unresolved(workload, comparison, found),
            remark=self._remark(workload, comparison),
        )

    def _development(self, comparison: ClaimedComparison) -> MeasuredComparison:
        """Compare two numbers that were counted once."""
        values: list[float] = []
        for side in _sides(comparison):
            metrics = self.run.development.get(side.contender)
            value = getattr(metrics, side.metric, None)
            if value is None:
                reason = metrics.unmeasured[side.metric] if metrics else "not measured in this run"
            elif obstacle := self.measurements.why_not_ranked(side.contender):
                reason = f"not compared, because {obstacle}"
            else:
                values.append(value)
                continue
            title = presentation().metric(side.metric).title
            name = f"{title.lower()} of {self.styles[side.contender].title}"
            return MeasuredComparison(comparison.relation, obstacle=f"{name}: {reason}")
        left, right = _weighed(comparison, values)
        return MeasuredComparison(
            comparison.relation,
            self._in_words(comparison, values),
            holds_exactly=left < right if comparison.relation == "<" else left > right,
        )

    def _setting(self, workload: str, side: Quantity) -> Setting:
        if side.device is None or side.task is None:
            raise ValueError(f"{side.metric} has no device, so no measurement to compare with")
        which = (self.study.id, workload, side.contender, self.protocol)
        return Setting(*which, side.device, side.task)

    def _obstacles(self, workload: str, comparison: ClaimedComparison) -> Iterator[str]:
        """Say why a side cannot be compared, if it cannot.

        Where the gate must fail, because the workload shows a defect on purpose, the comparison is
        about that defect, and goes on.
        """
        fails_on_purpose = bool(self.study.workload(workload).gate_fails_because)
        for side in _sides(comparison):
            setting = self._setting(workload, side)
            name = f"{self.styles[side.contender].title} on the {DEVICE_TITLES[setting.device]}"
            missing = self.measurements.of(setting, side.metric).missing
            gate = self.measurements.gate(setting)
            if missing:
                yield f"{name}: {missing}"
            elif gate == "failed" and fails_on_purpose:
                continue
            elif reason := self.measurements.why_incomparable(setting, side.metric):
                yield f"{name}: not compared, because {reason}"

    def _remark(self, workload: str, comparison: ClaimedComparison) -> str:
        settings = [self._setting(workload, side) for side in _sides(comparison)]
        if any(self.measurements.gate(setting) == "failed" for setting in settings):
            reason = self.study.workload(workload).gate_fails_because
            return f"with a deliberate defect, which the gate catches: {reason}"
        return ""

    def _is_unresolved(
        self, workload: str, comparison: ClaimedComparison, found: Sequence[Pair]
    ) -> bool:
        """Tell whether two accuracies are closer than the test samples can resolve."""
        samples = self.measurements.test_samples(self._setting(workload, comparison.left))
        if comparison.left.metric not in ACCURACIES or samples is None or not found:
            return False
        first, second = (fmean(side) for side in zip(*found, strict=True))
        shares = min(first, 1.0), min(second, 1.0)  # a factor may take them beyond it
        if isinstance(comparison.right, Quantity):
            return abs(first - second) < difference_error(*shares, samples)
        return abs(first - second) < binomial_error(shares[0], samples)

    def _in_words(self, comparison: ClaimedComparison, values: Sequence[float]) -> str:
        words = []
        for side, value in zip(_sides(comparison), values, strict=True):
            factor = f"{side.factor:g} × " if side.factor != 1 else ""
            words.append(f"{factor}{self.styles[side.contender].title} {shown(side.metric, value)}")
        if not isinstance(comparison.right, Quantity):
            words.append(shown(comparison.left.metric, comparison.right))
        return " against ".join(words)


def _sides(comparison: ClaimedComparison) -> list[Quantity]:
    sides = (comparison.left, comparison.right)
    return [side for side in sides if isinstance(side, Quantity)]


def _weighed(comparison: ClaimedComparison, values: Sequence[float]) -> tuple[float, float]:
    """Return both sides of a comparison with their factors."""
    sides = zip(_sides(comparison), values, strict=True)
    weighed = [side.factor * value for side, value in sides]
    if isinstance(comparison.right, Quantity):
        return weighed[0], weighed[1]
    return weighed[0], comparison.right
