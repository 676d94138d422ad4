"""What a run says about one comparison of a statement, before anyone judges it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean, median

from contract.base import Protocol
from contract.comparison import DEVELOPMENT_METRICS, Quantity, Relation, StatedComparison
from contract.metric import metrics_of
from contract.metrics import Metrics
from contract.study import Study
from contract.turns import Turns
from report.run.measurements import ACCURACIES, Measurements, Setting
from report.run.records import Run
from report.statistics.paired import Pair, PairedTest, equality_p, paired_test
from report.statistics.sequential import sequential_equality_p, sequential_ratio
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
    """Left and right side with their factors, by block; of what was counted, once."""
    test: PairedTest | None = None
    """None where there are too few pairs, or where the numbers have no spread by nature."""
    is_unresolved: bool = False
    """Whether two accuracies are closer than the test samples can tell apart."""
    holds_exactly: bool | None = None
    """Of two numbers without a spread: whether the relation holds; None for measurements."""
    remark: str = ""
    """What a reader has to know about the sides."""
    equality_p: float | None = None
    """Of the test that they are equal within 5 %; None where that is no question to ask."""
    by_turns: bool = False
    """Whether the run looks after every block of turns, and stops where it is decided."""


@dataclass(frozen=True)
class ComparisonReader:
    """Looks the sides of a study's comparisons up in a run, under one protocol."""

    run: Run
    study: Study
    protocol: Protocol
    measurements: Measurements
    styles: Mapping[str, Style]

    def of(self, comparison: StatedComparison) -> MeasuredComparison:
        """Return what the run says about a comparison."""
        if comparison.left.metric in DEVELOPMENT_METRICS:
            return self._development(comparison)
        obstacle = next(self._obstacles(comparison), "")
        if obstacle:
            return MeasuredComparison(comparison.relation, obstacle=obstacle)
        settings = [self._setting(side) for side in comparison.quantities]
        sides = [
            self.measurements.of(setting, side.metric)
            for setting, side in zip(settings, comparison.quantities, strict=True)
        ]
        blocks: list[tuple[float, ...]] = [(value,) for value in sides[0].samples]
        if len(sides) == 2:
            first, second = settings
            blocks = [*self.measurements.pairs(first, second, comparison.left.metric)]
        # sides that share no block are summed up over their own
        columns = zip(*blocks, strict=True) if blocks else [side.samples for side in sides]
        found = tuple(_weighed(comparison, values) for values in blocks)
        by_turns = comparison.left.task == "turns"
        equality = sequential_equality_p if by_turns else equality_p
        return MeasuredComparison(
            relation=comparison.relation,
            measured=self._in_words(comparison, [median(values) for values in columns]),
            pairs=found,
            test=sequential_ratio(found) if by_turns else paired_test(found),
            is_unresolved=self._is_unresolved(comparison, found),
            remark=self._remark(comparison),
            equality_p=equality(found) if _asks_for_equality(comparison) else None,
            by_turns=by_turns,
        )

    def _development(self, comparison: StatedComparison) -> MeasuredComparison:
        """Compare two numbers that were counted once."""
        values: list[float] = []
        for side in comparison.quantities:
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
            pairs=((left, right),),
            holds_exactly=left < right if comparison.relation == "<" else left > right,
        )

    def _setting(self, side: Quantity) -> Setting:
        if side.workload is None or side.device is None or side.task is None:
            raise ValueError(f"{side.metric} has no workload, so no measurement to compare with")
        which = (self.study.id, side.workload, side.contender, self.protocol)
        return Setting(*which, side.device, side.task)

    def _fails_on_purpose(self, setting: Setting) -> str:
        return self.study.workload(setting.workload).gate_fails_because

    def _obstacles(self, comparison: StatedComparison) -> Iterator[str]:
        """Say why a side cannot be compared, if it cannot.

        Where the gate must fail, because the workload shows a defect on purpose, the comparison is
        about that defect, and goes on.
        """
        for side in comparison.quantities:
            setting = self._setting(side)
            name = f"{self.styles[side.contender].title} on the {DEVICE_TITLES[setting.device]}"
            missing = self.measurements.of(setting, side.metric).missing
            gate = self.measurements.gate(setting)
            if missing:
                yield f"{name}: {missing}"
            elif gate == "failed" and self._fails_on_purpose(setting):
                continue
            elif reason := self.measurements.why_incomparable(setting, side.metric):
                yield f"{name}: not compared, because {reason}"

    def _remark(self, comparison: StatedComparison) -> str:
        for setting in map(self._setting, comparison.quantities):
            if self.measurements.gate(setting) == "failed":
                reason = self._fails_on_purpose(setting)
                return f"with a deliberate defect, which the gate catches: {reason}"
        return ""

    def _is_unresolved(self, comparison: StatedComparison, found: Sequence[Pair]) -> bool:
        """Tell whether two accuracies are closer than the test samples can resolve."""
        samples = self.measurements.test_samples(self._setting(comparison.left))
        if comparison.left.metric not in ACCURACIES or samples is None or not found:
            return False
        first, second = (fmean(side) for side in zip(*found, strict=True))
        shares = min(first, 1.0), min(second, 1.0)  # a factor may take them beyond it
        if isinstance(comparison.right, Quantity):
            return abs(first - second) < difference_error(*shares, samples)
        return abs(first - second) < binomial_error(shares[0], samples)

    def _in_words(self, comparison: StatedComparison, values: Sequence[float]) -> str:
        words = []
        for side, value in zip(comparison.quantities, values, strict=True):
            factor = f"{side.factor:g} × " if side.factor != 1 else ""
            words.append(f"{factor}{self.styles[side.contender].title} {shown(side.metric, value)}")
        if not isinstance(comparison.right, Quantity):
            words.append(shown(comparison.left.metric, comparison.right))
        return " against ".join(words)


def _asks_for_equality(comparison: StatedComparison) -> bool:
    """Tell whether the sides could be equal: two amounts as they are, without a factor."""
    sides = comparison.quantities
    metric = (metrics_of(Metrics) | metrics_of(Turns))[comparison.left.metric]
    return len(sides) == 2 and metric.scale == "ratio" and all(side.factor == 1 for side in sides)


def _weighed(comparison: StatedComparison, values: Sequence[float]) -> tuple[float, float]:
    """Return both sides of a comparison with their factors."""
    sides = zip(comparison.quantities, values, strict=True)
    weighed = [side.factor * value for side, value in sides]
    if isinstance(comparison.right, Quantity):
        return weighed[0], weighed[1]
    return weighed[0], comparison.right
