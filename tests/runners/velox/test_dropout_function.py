"""The ML function of dropout: its masks are honest, and follow from its four numbers alone."""

import math

import numpy as np
import pytest

from tests.runners.velox.arrays import Array
from tests.runners.velox.engine import evaluate

pytestmark = [pytest.mark.environment, pytest.mark.usefixtures("functions")]

SIZE = 100_000


def mask(rate: float = 0.5, numbers: str = "1, 2, 3", size: int = SIZE) -> Array:
    """Return what ones become."""
    found: Array = evaluate(f"ml_dropout(x, {rate}, {numbers})", x=np.ones(size, np.float32))
    return found


@pytest.mark.parametrize("rate", [0.0, 0.1, 0.5, 0.9])
def test_share_and_scale(rate: float) -> None:
    """Zeros as often as the rate says, within five standard deviations; the mean stays 1."""
    found = mask(rate)
    kept = found[found != 0]
    np.testing.assert_allclose(kept, 1 / (1 - rate), rtol=1e-6)
    spread = math.sqrt(SIZE * rate * (1 - rate))
    assert abs(SIZE - len(kept) - rate * SIZE) <= 5 * spread


def test_same_numbers_give_the_same_mask() -> None:
    """So both passes drop the same values; nor does a mask change with the batch."""
    np.testing.assert_array_equal(mask(), mask())
    np.testing.assert_array_equal(mask(size=100), mask()[:100])


@pytest.mark.parametrize("numbers", ["2, 2, 3", "1, 3, 3", "1, 2, 4", "2, 1, 3", "-1, 2, 3"])
def test_another_seed_draw_or_layer_gives_another_mask(numbers: str) -> None:
    """Two independent fair masks agree in half of the places."""
    agreement = np.mean(mask() == mask(numbers=numbers))
    assert abs(agreement - 0.5) < 5 * 0.5 / math.sqrt(SIZE)


def test_neighbours_are_independent() -> None:
    dropped = mask() == 0
    for lag in (1, 2, 64):
        agreement = np.mean(dropped[lag:] == dropped[:-lag])
        assert abs(agreement - 0.5) < 5 * 0.5 / math.sqrt(SIZE - lag)


@pytest.mark.parametrize("rate", ["1.0", "-0.1", "nan()"])
def test_rate_outside_its_range_is_refused(rate: str) -> None:
    with pytest.raises(RuntimeError, match=r"ml_dropout: rate is .*; from 0 to below 1 is needed"):
        evaluate(f"ml_dropout(x, {rate}, 1, 2, 3)", x=np.ones(3, np.float32))
