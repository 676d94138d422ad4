"""Studies whose true ratios are known, measured in two ways."""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from benchmarks.decisions.noise import CONTENDERS, Floats, Noise
from report.statistics.paired import EQUALITY_MARGIN, Pair, PairedTest, holm, paired_ratio
from report.statistics.sequential import sequential_equality_p, sequential_ratio
from report.statistics.summary import SIGNIFICANCE

Ratios = Sequence[float]
"""What all others of a workload take, in times of its first contender; one a workload."""
PAIRS = CONTENDERS - 1
"""Statements of a workload: its first contender against each of the others."""
TODAYS_BLOCKS = 3
Outcome = Literal["smaller", "larger", "equal"]
"""First contender against another one."""


@dataclass(frozen=True)
class Simulated:
    """What came of a study."""

    right: int
    """Statements that were decided rightly."""
    wrong: int
    minutes: float


def by_turns(
    noise: Noise, ratios: Ratios, block_minutes: float, budget_minutes: float, seed: int
) -> Simulated:
    """Measure blocks of turns, of every workload that is not decided, until the budget is spent."""
    generator = np.random.default_rng(seed)
    samples: list[list[Pair]] = [[] for _ in range(len(ratios) * PAIRS)]
    outcomes: list[Outcome | None] = [None] * len(samples)
    undecided = list(range(len(ratios)))
    blocks = 0
    while undecided and (blocks + len(undecided)) * block_minutes <= budget_minutes:
        for workload in undecided:
            seconds = np.exp(_block(noise, ratios[workload], generator)).tolist()
            for pair in range(PAIRS):
                samples[workload * PAIRS + pair].append((seconds[0], seconds[1 + pair]))
        blocks += len(undecided)
        tests = [sequential_ratio(found) for found in samples]
        outcomes = _outcomes(tests, [sequential_equality_p(found) for found in samples])
        undecided = [
            workload
            for workload in range(len(ratios))
            if None in outcomes[workload * PAIRS : (workload + 1) * PAIRS]
        ]
    return _judged(outcomes, ratios, blocks * block_minutes)


def by_trainings(noise: Noise, ratios: Ratios, block_minutes: float, seed: int) -> Simulated:
    """Measure three blocks of whole trainings; judge them once, by Student's test and Holm's."""
    generator = np.random.default_rng(seed)
    tests = []
    for ratio in ratios:
        seconds = np.exp([_block(noise, ratio, generator) for _ in range(TODAYS_BLOCKS)])
        for pair in range(PAIRS):
            tests.append(paired_ratio(list(zip(seconds[:, 0], seconds[:, 1 + pair], strict=True))))
    outcomes = _outcomes(tests, [None] * len(tests))
    return _judged(outcomes, ratios, len(ratios) * TODAYS_BLOCKS * block_minutes)


def _outcomes(
    tests: Sequence[PairedTest | None], equality_ps: Sequence[float | None]
) -> list[Outcome | None]:
    """Judge tests as a report does: corrected among each other, without a p-value counted as 1."""
    differences = holm([1.0 if test is None else test.p for test in tests])
    equalities = holm([1.0 if p is None else p for p in equality_ps])
    outcomes: list[Outcome | None] = []
    for test, p, equality_p in zip(tests, differences, equalities, strict=True):
        if test is not None and p <= SIGNIFICANCE:
            outcomes.append("smaller" if test.first_is_smaller else "larger")
        else:
            outcomes.append("equal" if equality_p <= SIGNIFICANCE else None)
    return outcomes


def _block(noise: Noise, ratio: float, generator: np.random.Generator) -> Floats:
    """Return the logarithms of a block's means, but for a constant."""
    slower = np.full(CONTENDERS, math.log(ratio))
    slower[0] = 0
    return slower + noise(generator)


def _judged(outcomes: Sequence[Outcome | None], ratios: Ratios, minutes: float) -> Simulated:
    truths = [ratio for ratio in ratios for _ in range(PAIRS)]
    decided = [(found, truth) for found, truth in zip(outcomes, truths, strict=True) if found]
    verdicts = Counter(_is_right(outcome, truth) for outcome, truth in decided)
    return Simulated(right=verdicts[True], wrong=verdicts[False], minutes=minutes)


def _is_right(outcome: Outcome, ratio: float) -> bool:
    """Return whether the outcome is true of a ratio of 1 or more, which the others take."""
    if outcome == "equal":
        return ratio < EQUALITY_MARGIN
    return outcome == "smaller" and ratio > 1
