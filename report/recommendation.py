"""Which contender for which need: stated rules, and the numbers that they follow from."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

from report.development import DevelopmentCriterion
from report.measurements import Setting
from report.numbers import counted, listed, rounded
from report.paired import PairedTest, holm, paired_ratio
from report.presentation import DEVICE_TITLES, Need
from report.scope import Scope
from report.statistics import SIGNIFICANCE, ranks


@dataclass(frozen=True)
class Place:
    """A contender's place by one rule, the best first."""

    contender: str
    figure: str
    """The number that the rule compares."""
    test: PairedTest | None = None
    """The best against it, over blocks; None for the best, and where there is no spread."""
    p: float | None = None
    """Of the test, corrected for the number of contenders."""


@dataclass(frozen=True)
class Recommendation:
    """What one rule says."""

    need: Need
    recommended: tuple[str, ...]
    """One contender, or those between which there is a tie; empty where nothing can be said."""
    places: tuple[Place, ...]
    basis: str
    """What the numbers were taken from, or why there are none."""


Cell = Mapping[str, Mapping[int, float]]
"""A metric on one workload: value by contender and block."""


def by_ratios(need: Need, scopes: Sequence[Scope]) -> Recommendation:
    """Recommend the lowest geometric mean of a need's metrics, or those not told apart from it."""
    cells = {name: cell for scope in scopes for name, cell in _cells(need, scope).items()}
    rare = rarely_measured(cells)
    compared, common = _common(cells, rare)
    if len(compared) < 2:
        return Recommendation(need, (), (), "no two contenders could be compared on any workload")
    blocks = _blocks([cells[name] for name in common], compared)
    basis = f"over {', '.join(common)}, in {counted(len(blocks), 'block')}"
    if rare:
        titles = listed([scopes[0].looks[name].title for name in rare])
        basis += f"; not ranked, because it took part in less than half of them: {titles}"
    if not blocks:
        return Recommendation(need, (), (), f"{basis}: no block has all of it")
    scores = {
        contender: [
            math.exp(fmean(math.log(cells[name][contender][block]) for name in common))
            for block in blocks
        ]
        for contender in compared
    }
    return Recommendation(need, *_placed(scores), basis)


def by_ranks(need: Need, criteria: Sequence[DevelopmentCriterion]) -> Recommendation:
    """Recommend the lowest mean rank over the aspects, in each over its criteria.

    Only the criteria count that every contender has a value for.
    """
    contenders = tuple(dict.fromkeys(name for found in criteria for name in found.values))
    complete = [found for found in criteria if set(found.values) == set(contenders)]
    left_out = [found.title.lower() for found in criteria if found not in complete]
    if len(contenders) < 2 or not complete:
        return Recommendation(need, (), (), "no criterion has a value for every contender")
    by_aspect: dict[str, list[list[float]]] = defaultdict(list)
    for found in complete:
        by_aspect[found.aspect].append(_ranks(found, contenders))
    mean_ranks = {
        name: fmean(fmean(line[index] for line in lines) for lines in by_aspect.values())
        for index, name in enumerate(contenders)
    }
    ordered = sorted(mean_ranks, key=lambda name: mean_ranks[name])
    best = mean_ranks[ordered[0]]
    places = tuple(Place(name, f"mean rank {rounded(mean_ranks[name])}") for name in ordered)
    basis = f"over {counted(len(complete), 'criterion')}".replace("criterions", "criteria")
    basis += f"; left out, without a value for all: {', '.join(left_out)}" if left_out else ""
    recommended = tuple(name for name in ordered if math.isclose(mean_ranks[name], best))
    return Recommendation(need, recommended, places, basis)


def _placed(
    scores: Mapping[str, Sequence[float]],
) -> tuple[tuple[str, ...], tuple[Place, ...]]:
    """Return who is recommended, and everybody's place; `scores` by block, lower is better."""
    ordered = sorted(scores, key=lambda name: fmean(map(math.log, scores[name])))
    best, *others = ordered
    tests = [paired_ratio(list(zip(scores[best], scores[name], strict=True))) for name in others]
    p_values = holm([test.p if test else 1.0 for test in tests])
    places = [Place(best, "1 ×, the best")]
    for name, test, p in zip(others, tests, p_values, strict=True):
        logs = [math.log(a / b) for a, b in zip(scores[name], scores[best], strict=True)]
        places.append(Place(name, f"{rounded(math.exp(fmean(logs)))} ×", test, p))
    tied = [place.contender for place in places[1:] if (place.p or 0) > SIGNIFICANCE]
    return (best, *tied), tuple(places)


def _cells(need: Need, scope: Scope) -> dict[str, Cell]:
    """Return what a workload says about a need, for contenders that may be compared."""
    found: dict[str, Cell] = {}
    for device in scope.devices:
        for criterion in need.metrics:
            settings = scope.settings("matched", device, criterion.task)
            cell = {
                setting.contender: measured
                for setting in settings
                if scope.measurements.gate(setting) == "passed"
                and (measured := _positive(scope, setting, criterion.metric))
            }
            if cell:
                name = f"{scope.study_id.upper()} {scope.title} ({DEVICE_TITLES[device]})"
                found[f"{name}, {criterion.task}"] = cell
    return found


def _positive(scope: Scope, setting: Setting, metric: str) -> dict[int, float]:
    by_block = scope.measurements.of(setting, metric).by_block
    return {block: value for block, value in by_block.items() if value > 0}


def rarely_measured(cells: Mapping[str, Cell]) -> list[str]:
    """Return the contenders with a value in less than half of the cells, where others have more.

    One that is asked for little would else take all other workloads out of the comparison.
    """
    counts = Counter(name for cell in cells.values() for name in cell)
    return [name for name, count in counts.items() if 2 * count < max(counts.values())]


def _common(
    cells: Mapping[str, Cell], left_out: Collection[str]
) -> tuple[tuple[str, ...], list[str]]:
    """Return the contenders compared, and the cells that all of them have.

    Where no cell has all contenders, the one with the fewest cells is left out too, and again.
    """
    named = dict.fromkeys(name for cell in cells.values() for name in cell)
    contenders = [name for name in named if name not in left_out]
    while contenders:
        common = [name for name, cell in cells.items() if set(contenders) <= set(cell)]
        if common:
            return tuple(contenders), common
        fewest = min(contenders, key=lambda name: sum(name in cell for cell in cells.values()))
        contenders.remove(fewest)
    return (), []


def _blocks(cells: Sequence[Cell], contenders: Sequence[str]) -> list[int]:
    """Return the blocks that every contender has in every cell."""
    found = [set(cell[contender]) for cell in cells for contender in contenders]
    return sorted(set.intersection(*found))


def _ranks(criterion: DevelopmentCriterion, contenders: Sequence[str]) -> list[float]:
    """Return ranks from 1, the best; equal values share the mean of theirs."""
    sign = 1 if criterion.better == "lower" else -1
    return ranks([sign * criterion.values[name] for name in contenders])
