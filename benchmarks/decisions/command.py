"""How often a study's statements are decided, rightly or wrongly, and in how many minutes.

Studies of five workloads and 15 statements are simulated, from noise that was measured and noise as
textbooks have it. They are measured by turns and looked at after every block; as a yardstick, by
three blocks of whole trainings that are judged once.
"""

import argparse
from collections.abc import Callable, Mapping

from rich.console import Console
from rich.table import Table

from benchmarks.decisions import noise
from benchmarks.decisions.noise import QUIET_SPREAD, Noise, scaled
from benchmarks.decisions.simulation import PAIRS, Ratios, Simulated, by_trainings, by_turns

TRUTHS: Mapping[str, Ratios] = {
    "all equal": (1.0,) * 5,
    "all 1.1": (1.1,) * 5,
    "all 1.3": (1.3,) * 5,
    "1, 1, 1.05, 1.3 and 3": (1.0, 1.0, 1.05, 1.3, 3.0),
}
"""True ratios of a study's workloads, by name."""
_TURNS_MINUTES = 22.5 / 60
"""Of a block: four contenders, ten rounds, all their starts; measured on two cores."""
_TRAININGS_MINUTES = 31 / 60
"""Of a block: the trainings of profile quick, 13 s together, and four starts of 4.5 s."""

Measure = Callable[[Ratios, int], Simulated]
"""Simulates a study from its true ratios and a seed."""


def add_options(parser: argparse.ArgumentParser) -> None:
    """Say what can be asked for."""
    parser.add_argument(
        "--studies", type=int, default=1000, help="simulated for each row; default: %(default)s"
    )
    parser.add_argument(
        "--minutes", type=float, default=20.0, help="for a study's turns; default: %(default)s"
    )


def run(options: argparse.Namespace) -> None:
    """Simulate, and print a table."""
    shown = Table("noise of block means", "true ratios", title=f"{options.studies:,} studies a row")
    for heading in ("a decision is wrong", "decided rightly", "minutes", "% a minute"):
        shown.add_column(heading, justify="right")
    for name, measure in _ways(options.minutes).items():
        shown.add_section()
        for number, (truth, ratios) in enumerate(TRUTHS.items()):
            studies = [measure(ratios, seed) for seed in range(options.studies)]
            cells = _cells(studies, len(ratios) * PAIRS)
            shown.add_row("" if number else name, truth, *cells)
    Console().print(shown)


def _ways(budget_minutes: float) -> Mapping[str, Measure]:
    """Return ways to measure a study, by the noise that they have."""
    busy, trainings = noise.turns_as_measured(), noise.trainings_as_measured()
    turns = {
        "turns on a busy machine, as measured": busy,
        "the same, as narrow as on a quiet one": scaled(busy, QUIET_SPREAD),
        "normal": scaled(noise.normal, QUIET_SPREAD),
        "heavy tails": scaled(noise.heavy_tailed, QUIET_SPREAD),
        "delays of every contender": scaled(noise.skewed, QUIET_SPREAD),
        "delays of the first contender alone": scaled(noise.skewed_once, QUIET_SPREAD),
    }
    return {name: _by_turns(drawn, budget_minutes) for name, drawn in turns.items()} | {
        "three whole trainings, as measured": lambda ratios, seed: by_trainings(
            trainings, ratios, _TRAININGS_MINUTES, seed
        )
    }


def _by_turns(drawn: Noise, budget_minutes: float) -> Measure:
    return lambda ratios, seed: by_turns(drawn, ratios, _TURNS_MINUTES, budget_minutes, seed)


def _cells(studies: list[Simulated], statements: int) -> list[str]:
    wrong = sum(study.wrong > 0 for study in studies) / len(studies)
    right = sum(study.right for study in studies) / len(studies) / statements
    minutes = sum(study.minutes for study in studies) / len(studies)
    return [f"{wrong:.1%}", f"{right:.1%}", f"{minutes:.1f}", f"{100 * right / minutes:.2f}"]
