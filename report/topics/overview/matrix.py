"""Contender by metric: how far each is from the best, with everything equal."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean, geometric_mean

from report.run.common_ground import CommonGround, cells_of, common_ground
from report.run.scope import Scope
from report.statistics.paired import EffectScale, Pair, PairedTest, distance, holm, paired_by
from report.statistics.summary import SIGNIFICANCE
from report.vocabulary.presentation import Criterion, MetricInfo, presentation

_RARE = "measured in fewer than half of the workloads and blocks that were compared"
_NOT_COMMON = "has none of the workloads that the others have in common"


@dataclass(frozen=True)
class DistanceFromBest:
    """A contender's distance from the best by one metric."""

    value: float
    """Its ratio to the best; for a share, the points that it lies below the best."""
    test: PairedTest | None
    """Of it against the best, in the same direction; None for the best, and for one block."""
    is_apart: bool
    """Whether the paired test tells it apart from the best, after Holm's correction."""


@dataclass(frozen=True)
class Aspect:
    """One metric, over the workloads on which all compared contenders have it."""

    info: MetricInfo
    is_share: bool
    best: str
    distances: Mapping[str, DistanceFromBest]
    """By contender, the best among them."""
    missing: Mapping[str, str]
    """Why a contender has none, for those that have not."""
    ground: CommonGround


def overview(scopes: Sequence[Scope]) -> tuple[Aspect, ...]:
    """Return the metrics of the overview by which at least two contenders can be compared."""
    found = (_aspect(criterion, scopes) for criterion in presentation().overview)
    return tuple(aspect for aspect in found if aspect is not None)


def _aspect(criterion: Criterion, scopes: Sequence[Scope]) -> Aspect | None:
    ground = common_ground(cells_of((criterion,), scopes))
    if len(ground.contenders) < 2 or not ground.blocks:
        return None
    info = presentation().metric(criterion.metric)
    is_share = info.unit == "%"
    scores = ground.means() if is_share else ground.geometric_means()
    average = fmean if is_share else geometric_mean
    choose = min if info.better == "lower" else max
    best = choose(scores, key=lambda name: average(scores[name]))
    distances = _distances(best, scores, info, is_share)
    missing = _missing(criterion, scopes, ground)
    return Aspect(info, is_share, best, distances, missing, ground)


def _missing(criterion: Criterion, scopes: Sequence[Scope], ground: CommonGround) -> dict[str, str]:
    """Say why contenders of the scopes could not be compared, by the first of their workloads."""
    named = dict.fromkeys(name for scope in scopes for name in scope.contenders)
    return {
        name: _RARE if name in ground.rare else _why_not(name, criterion, scopes)
        for name in named
        if name not in ground.contenders
    }


def _why_not(contender: str, criterion: Criterion, scopes: Sequence[Scope]) -> str:
    for scope in scopes:
        for device in scope.devices if contender in scope.contenders else ():
            setting = scope.setting(contender, "matched", device, criterion.task)
            missing = scope.measurements.of(setting, criterion.metric).missing
            if missing:
                return missing
            if reason := scope.measurements.why_incomparable(setting, criterion.metric):
                return f"not compared: {reason}"
    return _NOT_COMMON


def _distances(
    best: str, scores: Mapping[str, Sequence[float]], info: MetricInfo, is_share: bool
) -> dict[str, DistanceFromBest]:
    others = [name for name in scores if name != best]
    facing = {name: _facing(scores[best], scores[name], info, is_share) for name in others}
    scale: EffectScale = "difference" if is_share else "ratio"
    tests = [paired_by(scale, found) for found in facing.values()]
    corrected = holm([test.p if test else 1.0 for test in tests])
    distances = {best: DistanceFromBest(0.0 if is_share else 1.0, None, False)}
    for name, test, p in zip(others, tests, corrected, strict=True):
        value = test.estimate if test else distance(scale, facing[name][0])
        distances[name] = DistanceFromBest(value, test, p <= SIGNIFICANCE)
    return {name: distances[name] for name in scores}


def _facing(
    best: Sequence[float], other: Sequence[float], info: MetricInfo, is_share: bool
) -> list[Pair]:
    """Return both by block; shares so that first − second is how far the other lies behind."""
    if not is_share:
        return list(zip(other, best, strict=True))
    points = [(info.factor * b, info.factor * o) for b, o in zip(best, other, strict=True)]
    return points if info.better == "higher" else [(o, b) for b, o in points]
