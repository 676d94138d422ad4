"""What contenders have in common: the workloads and blocks on which all of them can be compared."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean, geometric_mean
from typing import NamedTuple

from contract.base import Device, Task
from report.run.measurements import Setting
from report.run.scope import Scope
from report.vocabulary.presentation import DEVICE_TITLES, Criterion

CellValues = Mapping[str, Mapping[int, float]]
"""A metric on one workload: value by contender and block."""


class Ground(NamedTuple):
    """Where contenders can be compared."""

    workload: str
    """Study, title and device, as readers call them."""
    task: Task
    metric: str


@dataclass(frozen=True)
class CommonGround:
    """Cells and blocks that every one of the contenders has."""

    contenders: tuple[str, ...]
    """None where no two contenders share a cell."""
    rare: tuple[str, ...]
    """Left out, because they have fewer than half of the values that others have."""
    blocks: tuple[int, ...]
    cells: Mapping[Ground, CellValues]

    def geometric_means(self) -> dict[str, list[float]]:
        """Return the geometric mean over the cells, by contender, one per block."""
        return self._averages(geometric_mean)

    def means(self) -> dict[str, list[float]]:
        """Return the mean over the cells, by contender, one per block."""
        return self._averages(fmean)

    def _averages(self, average: Callable[[Iterable[float]], float]) -> dict[str, list[float]]:
        cells = self.cells.values()
        return {
            name: [average(cell[name][block] for cell in cells) for block in self.blocks]
            for name in self.contenders
        }


def cells_of(metrics: Sequence[Criterion], scopes: Sequence[Scope]) -> dict[Ground, CellValues]:
    """Return what workloads say about metrics, for contenders that may be compared."""
    return {
        _ground(criterion, scope, device): cell
        for scope in scopes
        for device in scope.devices
        for criterion in metrics
        if (cell := _cell(criterion, scope, device))
    }


def common_ground(cells: Mapping[Ground, CellValues]) -> CommonGround:
    """Return what the contenders have in common, without those that are rarely measured."""
    rare = rarely_measured(cells)
    contenders, common = _common(cells, rare)
    found = [set(cell[contender]) for cell in common.values() for contender in contenders]
    blocks = sorted(set.intersection(*found)) if found else []
    return CommonGround(contenders, tuple(rare), tuple(blocks), common)


def rarely_measured(cells: Mapping[Ground, CellValues]) -> list[str]:
    """Return the contenders with fewer than half of the values that others have.

    A value is one block of one cell. A contender that was asked for little, or failed in most
    blocks, would otherwise take all other workloads and blocks out of the comparison.
    """
    counts = Counter(name for cell in cells.values() for name in cell for _ in cell[name])
    return [name for name, count in counts.items() if 2 * count < max(counts.values())]


def _ground(criterion: Criterion, scope: Scope, device: Device) -> Ground:
    workload = f"{scope.study_id.upper()} {scope.title} ({DEVICE_TITLES[device]})"
    return Ground(workload, criterion.task, criterion.metric)


def _cell(criterion: Criterion, scope: Scope, device: Device) -> dict[str, dict[int, float]]:
    return {
        setting.contender: measured
        for setting in scope.settings("matched", device, criterion.task)
        if scope.measurements.gate(setting) == "passed"
        and not scope.measurements.why_incomparable(setting, criterion.metric)
        and (measured := _positive(scope, setting, criterion.metric))
    }


def _positive(scope: Scope, setting: Setting, metric: str) -> dict[int, float]:
    by_block = scope.measurements.of(setting, metric).by_block
    return {block: value for block, value in by_block.items() if value > 0}


def _common(
    cells: Mapping[Ground, CellValues], left_out: Collection[str]
) -> tuple[tuple[str, ...], dict[Ground, CellValues]]:
    """Return the contenders compared, and the cells that all of them have.

    Where no cell has all contenders, the one with the fewest cells is left out too, and again.
    """
    named = dict.fromkeys(name for cell in cells.values() for name in cell)
    contenders = [name for name in named if name not in left_out]
    while contenders:
        common = {ground: cell for ground, cell in cells.items() if set(contenders) <= set(cell)}
        if common:
            return tuple(contenders), common
        fewest = min(contenders, key=lambda name: sum(name in cell for cell in cells.values()))
        contenders.remove(fewest)
    return (), {}
