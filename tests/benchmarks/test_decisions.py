"""A simulated study is judged by its true ratios; measured noise leads to no wrong decision."""

import numpy as np
import pytest

from benchmarks.decisions import noise
from benchmarks.decisions.noise import QUIET_SPREAD, Noise, scaled
from benchmarks.decisions.simulation import by_trainings, by_turns
from report.statistics.paired import holm
from report.statistics.sequential import sequential_ratio
from report.statistics.summary import SIGNIFICANCE

EQUAL, SLOWER = (1.0,) * 5, (1.1,) * 5
BLOCK_MINUTES, BUDGET_MINUTES = 0.375, 20.0


def silent(generator: np.random.Generator) -> noise.Floats:
    """Draw blocks that hardly scatter."""
    return generator.normal(0, 1e-4, noise.CONTENDERS)


def test_without_noise_all_is_decided_rightly_as_soon_as_an_interval_exists() -> None:
    found = by_turns(silent, (1.0, 1.1, 3.0), BLOCK_MINUTES, BUDGET_MINUTES, seed=0)

    assert (found.right, found.wrong) == (9, 0)
    assert found.minutes == pytest.approx(3 * 4 * BLOCK_MINUTES)


def test_a_budget_is_not_overdrawn() -> None:
    found = by_turns(silent, SLOWER, BLOCK_MINUTES, budget_minutes=7.0, seed=0)

    assert (found.right, found.wrong) == (0, 0)
    assert found.minutes == pytest.approx(3 * 5 * BLOCK_MINUTES)


def test_a_bias_is_decided_wrongly() -> None:
    def biased(generator: np.random.Generator) -> noise.Floats:
        return silent(generator) + np.array([0.2, 0, 0, 0])

    assert by_turns(biased, EQUAL, BLOCK_MINUTES, BUDGET_MINUTES, seed=0).wrong == 15
    assert by_trainings(biased, EQUAL, BLOCK_MINUTES, seed=0).wrong == 15


def test_measured_noise_favours_nobody() -> None:
    drawn = noise.turns_as_measured()
    generator = np.random.default_rng(0)
    blocks = np.array([drawn(generator) for _ in range(4000)])

    assert np.ptp(blocks.mean(axis=0)) < 0.05 * np.ptp(blocks)


def test_scaled_noise_has_the_spread_of_a_ratio() -> None:
    drawn, generator = scaled(noise.skewed, 0.1), np.random.default_rng(1)
    ratios = [np.subtract(*drawn(generator)[:2]) for _ in range(4000)]

    assert np.std(ratios) == pytest.approx(0.1, rel=0.1)


@pytest.mark.parametrize(
    "drawn",
    [noise.turns_as_measured(), noise.normal, noise.heavy_tailed, noise.skewed],
    ids=["measured", "normal", "heavy tails", "delays"],
)
def test_in_few_studies_of_equal_contenders_is_any_decision_wrong(drawn: Noise) -> None:
    """After 12 blocks; what is decided at an earlier look stays decided."""
    generator = np.random.default_rng(0)
    wrong = 0
    for _ in range(200):
        blocks = np.array([[drawn(generator) for _ in range(12)] for _ in EQUAL])
        seconds = np.exp(blocks)
        tests = [
            sequential_ratio(list(zip(of_all[:, 0], of_all[:, other], strict=True)))
            for of_all in seconds
            for other in range(1, noise.CONTENDERS)
        ]
        wrong += min(holm([1.0 if test is None else test.p for test in tests])) <= SIGNIFICANCE

    assert wrong <= 10


def test_turns_decide_a_ratio_more_often_than_three_trainings_in_a_minute() -> None:
    turns, trainings = (
        scaled(noise.turns_as_measured(), QUIET_SPREAD),
        noise.trainings_as_measured(),
    )
    by_turn = [by_turns(turns, SLOWER, BLOCK_MINUTES, 20.0, seed) for seed in range(10)]
    by_training = [by_trainings(trainings, SLOWER, 0.5, seed) for seed in range(200)]
    power = [
        sum(study.right for study in studies) / sum(study.minutes for study in studies)
        for studies in (by_turn, by_training)
    ]

    assert power[0] > 3 * power[1]
