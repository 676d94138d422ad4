"""What tells contenders apart for somebody who has to choose: ratios to one of them, and counts."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from contract.base import Device
from report.run.records import Run
from report.run.scope import Scope
from report.statistics.paired import MeanRatio, Pair, mean_ratio
from report.vocabulary.presentation import Criterion, MetricInfo, presentation


@dataclass(frozen=True)
class RatioToReference:
    """How far a contender is from the reference by one metric."""

    ratio: MeanRatio
    workloads: int
    """How many it is averaged over; each counts the same."""

    @property
    def is_apart(self) -> bool:
        """Whether the interval excludes that they are equal; no where there is none."""
        interval = self.ratio.interval
        return interval is not None and not interval[0] <= 1 <= interval[1]

    @property
    def is_ahead(self) -> bool:
        """Whether it is apart on the better side."""
        return self.is_apart and self.ratio.estimate < 1


@dataclass(frozen=True)
class Aspect:
    """One metric, with everything equal but the framework."""

    info: MetricInfo
    ratios: dict[str, RatioToReference]
    """By contender, the reference not among them."""


@dataclass(frozen=True)
class ReferenceRatios:
    """Contenders beside a reference."""

    device: Device
    reference: str
    aspects: tuple[Aspect, ...]
    """Those by which any contender can be compared with the reference."""

    def best(self, aspect: Aspect) -> tuple[str, ...]:
        """Return who is ahead of the reference; else the reference and who equals it.

        Nobody where that could be another one, whose ratio has no interval.
        """
        tested = {name: fact for name, fact in aspect.ratios.items() if fact.ratio.interval}
        untested = (fact for name, fact in aspect.ratios.items() if name not in tested)
        if not tested or any(fact.ratio.estimate < 1 for fact in untested):
            return ()
        ahead = [name for name, fact in tested.items() if fact.is_ahead]
        equals = [name for name, fact in tested.items() if not fact.is_apart]
        return tuple(ahead or (self.reference, *equals))


def reference_ratios(run: Run, scopes: Sequence[Scope]) -> ReferenceRatios | None:
    """Compare the contenders of a run with one of them; None where there are no two to compare."""
    device = next(iter(run.devices), None)
    if device is None:
        return None
    found = (_beside(name, run, scopes, device) for name in _references(run))
    return next((one for one in found if one.aspects), None)


def _references(run: Run) -> list[str]:
    """Return who may be the reference: the one that gaps are measured against, where it is there.

    The others stand in for it where it cannot be compared.
    """
    wanted = presentation().reference
    return sorted(run.contenders, key=lambda name: name != wanted)


def _beside(reference: str, run: Run, scopes: Sequence[Scope], device: Device) -> ReferenceRatios:
    aspects = []
    for criterion in presentation().facts:
        ratios = {
            name: ratio
            for name in run.contenders
            if name != reference
            and (ratio := _ratio(list(_by_workload(criterion, name, reference, scopes, device))))
        }
        if ratios:
            aspects.append(Aspect(presentation().metric(criterion.metric), ratios))
    return ReferenceRatios(device, reference, tuple(aspects))


def _ratio(by_workload: Sequence[Sequence[Pair]]) -> RatioToReference | None:
    """Average over the workloads with several blocks; over all, where none has several."""
    repeated = [found for found in by_workload if len(found) > 1] or by_workload
    ratio = mean_ratio(repeated)
    return RatioToReference(ratio, len(repeated)) if ratio is not None else None


def _by_workload(
    criterion: Criterion, contender: str, reference: str, scopes: Sequence[Scope], device: Device
) -> Iterator[Sequence[Pair]]:
    """Yield what both have in the same blocks, of every workload on which they can be compared."""
    for scope in scopes:
        first, second = (
            scope.setting(name, "matched", device, criterion.task)
            for name in (contender, reference)
        )
        obstacles = (
            scope.measurements.gate(side) != "passed"
            or scope.measurements.why_incomparable(side, criterion.metric)
            for side in (first, second)
        )
        found = scope.measurements.pairs(first, second, criterion.metric)
        if found and not any(obstacles):
            yield found
