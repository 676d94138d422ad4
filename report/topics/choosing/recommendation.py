"""Which contender for which need: stated rules, and the numbers that they follow from."""

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean, geometric_mean

from report.run.common_ground import cells_of, common_ground
from report.run.scope import Scope
from report.statistics.paired import PairedTest, holm, paired_ratio
from report.statistics.summary import SIGNIFICANCE, ranks
from report.topics.choosing.development import DevelopmentCriterion
from report.vocabulary.numbers import counted, listed, rounded
from report.vocabulary.presentation import Need


@dataclass(frozen=True)
class Placement:
    """A contender's place by one rule, the best first."""

    contender: str
    figure: str
    """The number that the rule compares."""
    test: PairedTest | None = None
    """The best against it, over blocks; None for the best, and where there is no spread."""
    p: float = 1.0
    """Of the test, corrected for the number of contenders."""


@dataclass(frozen=True)
class Recommendation:
    """What one rule says."""

    need: Need
    recommended: tuple[str, ...]
    """One contender, or those between which there is a tie; empty where nothing can be said."""
    places: tuple[Placement, ...]
    basis: str
    """What the numbers were taken from, or why there are none."""


def by_ratios(need: Need, scopes: Sequence[Scope]) -> Recommendation:
    """Recommend the lowest geometric mean of a need's metrics, or those not told apart from it."""
    ground = common_ground(cells_of(need.metrics, scopes))
    if len(ground.contenders) < 2:
        return Recommendation(need, (), (), "no two contenders could be compared on any workload")
    cells = dict.fromkeys(f"{cell.workload}, {cell.task}" for cell in ground.cells)
    basis = f"over {', '.join(cells)}, in {counted(len(ground.blocks), 'block')}"
    if ground.rare:
        titles = listed([scopes[0].styles[name].title for name in ground.rare])
        basis += f"; not ranked, measured in fewer than half of these: {titles}"
    if not ground.blocks:
        return Recommendation(need, (), (), f"{basis}: no block has all of it")
    return Recommendation(need, *_placed(ground.geometric_means()), basis)


def by_ranks(
    need: Need, criteria: Sequence[DevelopmentCriterion], contenders: Sequence[str]
) -> Recommendation:
    """Recommend the lowest mean rank over the aspects, in each over its criteria.

    Only the criteria count that every one of the contenders has a value for.
    """
    complete = [found for found in criteria if set(contenders) <= set(found.values)]
    left_out = [found.title.lower() for found in criteria if found not in complete]
    if len(contenders) < 2:
        return Recommendation(need, (), (), "fewer than two contenders can be ranked")
    if not complete:
        return Recommendation(need, (), (), "no criterion has a value for every contender")
    by_aspect: dict[str, list[list[float]]] = defaultdict(list)
    for found in complete:
        sign = 1 if found.better == "lower" else -1  # rank 1 is the best
        line = ranks([sign * found.values[name] for name in contenders])
        by_aspect[found.aspect].append(line)
    mean_ranks = {
        name: fmean(fmean(line[index] for line in lines) for lines in by_aspect.values())
        for index, name in enumerate(contenders)
    }
    ordered = sorted(mean_ranks, key=lambda name: mean_ranks[name])
    best = mean_ranks[ordered[0]]
    places = tuple(Placement(name, f"mean rank {rounded(mean_ranks[name])}") for name in ordered)
    basis = f"over {counted(len(complete), 'criterion')}".replace("criterions", "criteria")
    basis += f"; left out, without a value for all: {', '.join(left_out)}" if left_out else ""
    recommended = tuple(name for name in ordered if math.isclose(mean_ranks[name], best))
    return Recommendation(need, recommended, places, basis)


def _placed(
    scores: Mapping[str, Sequence[float]],
) -> tuple[tuple[str, ...], tuple[Placement, ...]]:
    """Return who is recommended, and everybody's place; `scores` by block, lower is better."""
    ordered = sorted(scores, key=lambda name: geometric_mean(scores[name]))
    best, *others = ordered
    tests = [paired_ratio(list(zip(scores[best], scores[name], strict=True))) for name in others]
    p_values = holm([test.p if test else 1.0 for test in tests])
    places = [Placement(best, "1\N{NO-BREAK SPACE}×")]
    for name, test, p in zip(others, tests, p_values, strict=True):
        ratio = geometric_mean(a / b for a, b in zip(scores[name], scores[best], strict=True))
        places.append(Placement(name, f"{rounded(ratio)}\N{NO-BREAK SPACE}×", test, p))
    tied = [place.contender for place in places[1:] if place.p > SIGNIFICANCE]
    return (best, *tied), tuple(places)
