"""A contender's times against what else was timed in the same block.

Two runs of the same thing at different times differ by what the machine did meanwhile, which no
number of repeats within a run can tell from a change. It does it to all contenders of a block,
though, and to the sentinel; a change of one contender it is not.
"""

import math
from collections.abc import Sequence
from dataclasses import replace
from statistics import geometric_mean, median

from report.compare.cells import BlockSamples, SharedCell
from report.run.records import Run

MIN_OTHERS = 2
"""Of one other alone nobody can say whether it was the one that changed."""

SentinelTimes = tuple[BlockSamples, BlockSamples]
"""Of both runs, by block: how long the sentinel took, in seconds; empty where there is none."""


def machine_of(run: Run) -> BlockSamples:
    """Return the sentinels of a run: the median of each block's samples, in seconds."""
    return {
        block: median(seconds for reading in readings for seconds in reading.samples_seconds)
        for block, readings in run.sentinels.items()
    }


def against_blocks(
    cells: Sequence[SharedCell], machine: SentinelTimes = ({}, {})
) -> dict[SharedCell, SharedCell]:
    """Return the time cells divided by what the other contenders' cells did in the same block.

    What they did is the median over them of time ÷ their own mean over both runs: one of them that
    changed does not move it far. Where a workload has too few other contenders, theirs in all
    workloads stand in, and where these are too few, the sentinel. What has neither is left out.
    """
    times = [cell for cell in cells if cell.is_time and cell.scale == "ratio"]
    found = {}
    for cell in times:
        others = _others(cell, times)
        before, after = _divided(cell.before, others, 0), _divided(cell.after, others, 1)
        if not (before and after):
            before, after = (
                {b: time / sentinel[b] for b, time in samples.items() if b in sentinel}
                for samples, sentinel in zip((cell.before, cell.after), machine, strict=True)
            )
        if before and after:
            found[cell] = replace(cell, before=before, after=after)
    return found


def _others(cell: SharedCell, times: Sequence[SharedCell]) -> list[SharedCell]:
    mine = cell.setting.contender
    everywhere = [o for o in times if o.metric == cell.metric and o.setting.contender != mine]
    beside = [other for other in everywhere if other.group == cell.group]
    return beside if len(beside) >= MIN_OTHERS else everywhere


def _divided(samples: BlockSamples, others: Sequence[SharedCell], run: int) -> dict[int, float]:
    """Return the samples of one run (0 or 1) over what the others did in their block."""
    divided = {}
    for block, value in samples.items():
        moves = [
            sides[run][block] / _middle(other)
            for other in others
            if block in (sides := (other.before, other.after))[run]
        ]
        if len(moves) >= MIN_OTHERS:
            divided[block] = value / median(moves)
    return divided


def _middle(cell: SharedCell) -> float:
    """Return the geometric mean of both runs, each weighing half."""
    before, after = (geometric_mean(samples) for samples in cell.samples)
    return math.sqrt(before * after)
