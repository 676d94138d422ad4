"""Which Keras layers stand for the contract's."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from contract.model import Model
from runners.tensorflow.contender import create
from tests.runners.contender_suite import THREADS
from tests.runners.suite_models import NORMALISED, RESIDUAL, conv, network, strided

if TYPE_CHECKING:
    from runners.tensorflow.model import NamedModel

pytestmark = pytest.mark.environment


@pytest.fixture(autouse=True)
def _tensorflow() -> None:
    create().configure("cpu", THREADS, seed=0)


def build(model: Model, **choices: bool) -> NamedModel:
    from runners.tensorflow.layers import LayerOptions
    from runners.tensorflow.model import NamedModel

    return NamedModel(model, LayerOptions("float32", **choices))


def kinds(model: NamedModel) -> list[str]:
    return [type(layer).__name__ for layer in model.keras.layers]


@pytest.mark.parametrize(
    ("model", "padded_apart"),
    [
        (strided(8, "valid"), False),
        (strided(8, "same"), False),
        (strided(8, 1), True),
        (network((8, 8, 2), conv("conv", 3, 3, padding=1)), False),
        (network((8, 8, 2), conv("conv", 3, 3, padding=2)), True),
    ],
)
def test_zeros_are_a_layer_only_where_keras_has_no_name_for_them(
    model: Model, padded_apart: bool
) -> None:
    """At stride 2 "same" puts no zero before 8 pixels; at stride 1 it puts one on every side."""
    assert ("ZeroPadding2D" in kinds(build(model))) is padded_apart


def test_a_residual_is_one_sum_of_two_paths() -> None:
    assert kinds(build(RESIDUAL)).count("Add") == 3


def test_batch_norm_has_the_studys_numbers_or_keras_own() -> None:
    studied = build(NORMALISED).keras.get_layer("norm")
    own = build(NORMALISED, own_batch_norm=True).keras.get_layer("norm")
    assert (studied.momentum, studied.epsilon) == (0.7, 2e-3)
    assert (own.momentum, own.epsilon) == (0.99, 1e-3)
