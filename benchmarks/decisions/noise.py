"""What block means scatter by: drawn from measurements, or as textbooks have it."""

import csv
import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt

from tests.report.real_samples import real_runs

CONTENDERS = 4
"""Of each workload, as of the real runs."""
QUIET_SPREAD = 0.045
"""Of the log-ratio of two contenders between blocks of turns, on a quiet machine."""

_EQUAL_BLOCKS = Path(__file__).parent / "equal_blocks.csv"
"""Four copies of PyTorch that took turns, on a machine at whose two CPUs a dozen others worked."""

Floats = npt.NDArray[np.float64]
Noise = Callable[[np.random.Generator], Floats]
"""Draws a block: what the logarithms of the contenders' means are off by, (contenders,)."""


def turns_as_measured() -> Noise:
    """Return blocks of turns of one contender against itself, at a busy machine."""
    blocks: dict[str, list[float]] = {}
    with _EQUAL_BLOCKS.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            blocks.setdefault(row["block"], []).append(math.log(float(row["seconds"])))
    return _drawn_from(np.array(list(blocks.values())))


def trainings_as_measured() -> Noise:
    """Return blocks of whole trainings: the deviations of two real runs of profile quick."""
    rows = [
        [off for (_, metric), off in block.deviations.items() if metric == "train_seconds"]
        for block in real_runs().blocks
    ]
    return _drawn_from(np.array([row for row in rows if len(row) == CONTENDERS]))


def scaled(noise: Noise, spread: float) -> Noise:
    """Return the same noise, so that a log-ratio has the given standard deviation."""
    generator = np.random.default_rng(0)
    ratios = [np.subtract(*noise(generator)[:2]) for _ in range(2000)]
    factor = spread / float(np.std(ratios))
    return lambda generator: factor * noise(generator)


def normal(generator: np.random.Generator) -> Floats:
    """Draw what the test supposes."""
    return generator.normal(size=CONTENDERS)


def heavy_tailed(generator: np.random.Generator) -> Floats:
    """Draw from Student's distribution with 3 degrees of freedom."""
    return generator.standard_t(3, CONTENDERS)


def skewed(generator: np.random.Generator) -> Floats:
    """Draw delays: every contender is slowed down in some blocks, and sped up in none."""
    return generator.exponential(size=CONTENDERS)


def skewed_once(generator: np.random.Generator) -> Floats:
    """Draw delays of the first contender alone, about their mean."""
    return np.array([generator.exponential() - 1, *np.zeros(CONTENDERS - 1)])


def _drawn_from(logarithms: Floats) -> Noise:
    """Draw rows, with their columns in any order: so no contender has an advantage."""
    return lambda generator: generator.permutation(generator.choice(logarithms))
