"""Runs drawn from what real ones measured: `data/quick_runs.csv` holds two runs of profile quick.

A drawn run keeps what is real about noise: its size, its tails, and that contenders of one block
suffer together. Each block of a drawn workload takes the deviations of one real block from its own
workload's mean, for all contenders and metrics at once.
"""

import csv
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from statistics import fmean

import numpy as np

from report.compare.cells import SharedCell
from report.run.measurements import Setting

_FILE = Path(__file__).parent / "data" / "quick_runs.csv"
Key = tuple[str, str]
"""A contender and a metric."""


@dataclass(frozen=True)
class RealBlock:
    """Deviations of one block of one workload, in logarithms."""

    deviations: Mapping[Key, float]


@dataclass(frozen=True)
class RealRuns:
    """What the two runs had in common, and how they scattered."""

    means: Mapping[tuple[str, str], Mapping[Key, float]]
    """Mean logarithm by study and workload, then by contender and metric."""
    blocks: tuple[RealBlock, ...]


@cache
def real_runs() -> RealRuns:
    """Read the file."""
    logs: dict[tuple[str, str, str], dict[int, dict[Key, float]]] = {}
    with _FILE.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            blocks = logs.setdefault((row["run"], row["study"], row["workload"]), {})
            key = (row["contender"], row["metric"])
            blocks.setdefault(int(row["block"]), {})[key] = math.log(float(row["value"]))
    means, blocks = {}, []
    for (_, study, workload), by_block in logs.items():
        mean = {key: fmean(block[key] for block in by_block.values()) for key in by_block[1]}
        means[study, workload] = mean
        widen = math.sqrt(len(by_block) / (len(by_block) - 1))  # the mean lies among its blocks
        for block in by_block.values():
            blocks.append(RealBlock({key: widen * (log - mean[key]) for key, log in block.items()}))
    return RealRuns(means, tuple(blocks))


@dataclass
class RunPair:
    """Two drawn runs of the same thing, and what may be done to the second one."""

    random: np.random.Generator
    repeats: int = 3
    drift: float = 0.0
    """Standard deviation, in logarithms, of what the machine does to all times of a run."""
    slowed: str = ""
    """A contender of the second run whose training takes `factor` times as long."""
    factor: float = 1.0
    _cells: list[SharedCell] = field(default_factory=list)

    def cells(self) -> list[SharedCell]:
        """Return every cell of both runs."""
        sides = [self._run(slow=False), self._run(slow=bool(self.slowed))]
        return [
            SharedCell(
                Setting(study, workload, contender, "matched", "cpu", "train"),
                metric,
                "ratio",
                sides[0][study, workload, contender, metric],
                sides[1][study, workload, contender, metric],
                None,
            )
            for study, workload, contender, metric in sides[0]
        ]

    def _run(self, *, slow: bool) -> dict[tuple[str, str, str, str], dict[int, float]]:
        known = real_runs()
        speed = self.random.normal(0, self.drift) if self.drift else 0.0
        found: dict[tuple[str, str, str, str], dict[int, float]] = {}
        for (study, workload), means in known.means.items():
            chosen = self.random.choice(len(known.blocks), self.repeats, replace=False)
            for block, index in enumerate(chosen, start=1):
                for (contender, metric), mean in means.items():
                    log = mean + known.blocks[index].deviations[contender, metric]
                    log += speed if metric.endswith("_seconds") else 0.0
                    if slow and contender == self.slowed and metric == "train_seconds":
                        log += math.log(self.factor)
                    samples = found.setdefault((study, workload, contender, metric), {})
                    samples[block] = math.exp(log)
        return found
