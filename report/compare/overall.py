"""A contender over all of its workloads: many cells that scatter alone say more together."""

from __future__ import annotations

from collections.abc import Sequence

from report.compare.cells import SharedCell
from report.statistics.unpaired import MIN_SAMPLES


def overall(cells: Sequence[SharedCell]) -> list[tuple[SharedCell, ...]]:
    """Return, per contender, protocol, device, task and metric, the workloads that can be tested.

    Only where there are several, and only of metrics that are compared by ratio.
    """
    found: dict[tuple[str, ...], list[SharedCell]] = {}
    for cell in cells:
        which = cell.setting
        key = (which.contender, which.protocol, which.device, which.task, cell.metric)
        if cell.scale == "ratio" and min(len(cell.before), len(cell.after)) >= MIN_SAMPLES:
            found.setdefault(key, []).append(cell)
    return [tuple(several) for several in found.values() if len(several) > 1]
