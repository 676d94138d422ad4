"""Weights that the gate starts from are stirred, and keep batch norms' outputs off the kinks."""

from statistics import NormalDist

import numpy as np
import pytest

from runners.harness.contender.weights import canonical_weights, weight_names
from runners.harness.gate.calm_weights import calm_weights
from runners.harness.gate.margin import margin
from tests.runners.suite_models import (
    FLATTEN,
    NORMALISED,
    NORMALISED_FEATURES,
    RELU,
    RESIDUAL,
    TRAINING,
    batch,
    batch_norm,
    conv,
    dense,
    network,
)

BATCH_SIZE = 8
DEEP = network(
    (10, 10, 2),
    conv("first", 8, 3, padding="same"),
    batch_norm("first-norm"),
    RELU,
    conv("second", 8, 3, padding="same"),
    batch_norm("second-norm"),
    RELU,
    FLATTEN,
    dense("logits", 3),
)


def test_kernels_are_the_canonical_ones():
    calm, canonical = calm_weights(RESIDUAL, BATCH_SIZE, 0), canonical_weights(RESIDUAL, 0)

    assert tuple(calm) == weight_names(RESIDUAL)
    for name, kernel in canonical.items():
        if name.endswith(".kernel"):
            np.testing.assert_array_equal(calm[name], kernel)


def test_weights_depend_on_the_seed_alone():
    first, again, other = (calm_weights(DEEP, BATCH_SIZE, seed) for seed in (0, 0, 1))

    for name, value in first.items():
        np.testing.assert_array_equal(value, again[name])
    assert not np.array_equal(first["first-norm.gamma"], other["first-norm.gamma"])


@pytest.mark.parametrize(
    ("ending", "low", "high"),
    [
        ("bias", -0.1, 0.1),
        ("gamma", 0.8, 1.2),
        ("moving_mean", -0.5, 0.5),
        ("moving_variance", 0.5, 1.5),
    ],
)
def test_no_vector_is_0_or_1_throughout(ending, low, high):
    weights = calm_weights(DEEP, BATCH_SIZE, 0)

    for name, value in weights.items():
        if name.endswith(ending):
            assert value.dtype == np.float32
            assert len(np.unique(value)) == len(value)
            assert low <= value.min() < value.max() <= high


def test_beta_stands_where_three_of_the_normal_values_reach_the_kink():
    values = BATCH_SIZE * 5 * 4  # of a channel: NORMALISED's convolution makes 5 × 4 pixels

    beta = calm_weights(NORMALISED, BATCH_SIZE, 0)["norm.beta"]

    np.testing.assert_allclose(values * NormalDist().cdf(-abs(beta[0])), 3, rtol=1e-5)
    assert set(np.abs(beta)) == {np.abs(beta[0])}


def test_beta_is_0_where_a_channel_has_too_few_values():
    beta = {size: calm_weights(NORMALISED_FEATURES, size, 0)["norm.beta"] for size in (6, 7)}

    assert not beta[6].any()
    assert beta[7].all()


def test_norms_within_residuals_are_calm_too():
    weights = calm_weights(RESIDUAL, BATCH_SIZE, 0)

    assert all(weights[f"{name}-norm.beta"].all() for name in ("down", "mix", "project"))


def test_norms_of_one_width_take_the_same_sides_for_their_outputs_may_be_added():
    weights = calm_weights(RESIDUAL, BATCH_SIZE, 0)
    sides = [np.sign(weights[f"{name}-norm.beta"]) for name in ("down", "mix", "project")]

    assert set(sides[0]) == {-1, 1}
    assert all(np.array_equal(side, sides[0]) for side in sides)


def test_kinks_are_kept_clear():
    """The least margin over a few batches is many times that of canonical weights."""
    margins = {}
    for draw in (calm_weights, lambda model, _, seed: canonical_weights(model, seed)):
        margins[draw] = [
            margin(
                DEEP,
                TRAINING,
                draw(DEEP, BATCH_SIZE, seed),
                batch(DEEP, BATCH_SIZE, "float32", seed)[0],
            )
            for seed in range(5)
        ]
    calm, canonical = margins.values()

    assert np.median(calm) > 5 * np.median(canonical)
