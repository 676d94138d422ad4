"""Single functions where values are equal, large or zero; their shapes are the suite's matter."""

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

pytestmark = [pytest.mark.environment, pytest.mark.usefixtures("engine")]

ML_FUNCTIONS = Path(__file__).parents[3] / "images/velox/ml_functions"


def call(name: str, *arguments: Any) -> NDArray[Any]:
    """Compute a function once."""
    from runners.velox_stock.functions import FUNCTIONS

    operation = FUNCTIONS[name](*arguments)
    operation.run()
    return operation.outputs


def floats(*values: float) -> NDArray[np.float32]:
    """Return values as a column has them."""
    return np.array(values, np.float32)


def test_only_ml_functions_are_answered_for() -> None:
    from runners.velox_stock.functions import FUNCTIONS

    sources = "".join(path.read_text() for path in sorted(ML_FUNCTIONS.rglob("*.cpp")))
    assert set(FUNCTIONS) <= set(re.findall(r'"(ml_\w+)"', sources))


def test_relu_passes_no_gradient_at_zero() -> None:
    found = call("ml_relu_gradient", floats(0, 1, 0), floats(5, 6, -7))
    np.testing.assert_array_equal(found, [0, 6, 0])


def test_pool_gives_the_gradient_to_the_first_of_equals() -> None:
    """The last row and column are in no window."""
    images = floats(*[1] * 9)
    pooled = call("ml_max_pool2d", images, 3, 3, 1, 2)
    found = call("ml_max_pool2d_gradient", images, pooled, floats(4), 3, 3, 1, 2)
    np.testing.assert_array_equal(found, [4, 0, 0, 0, 0, 0, 0, 0, 0])


def test_first_of_equal_logits_is_the_answer() -> None:
    logits, labels = floats(1, 1, 0, 0, 2, 2), np.array([0, 2])
    assert call("ml_count_correct", logits, labels, 3) == 1


def test_large_logits_do_not_overflow() -> None:
    logits, labels = floats(1000, 0, -1000, 0), np.array([0, 1])
    assert call("ml_softmax_cross_entropy", logits, labels, 2) == 0
    np.testing.assert_array_equal(
        call("ml_softmax_cross_entropy_gradient", logits, labels, 2), [0, 0, 0, 0]
    )


def test_dropout_drops_the_same_on_the_way_back_and_others_in_other_layers() -> None:
    seed, draw, ones = np.array(7), np.array(1), np.ones(1000)
    forward = call("ml_dropout", ones, 0.25, seed, draw, 3)
    assert {*forward} == {0, 1 / 0.75}
    np.testing.assert_array_equal(call("ml_dropout", ones, 0.25, seed, draw, 3), forward)
    for other in [(np.array(8), draw, 3), (seed, np.array(2), 3), (seed, draw, 4)]:
        assert np.any(call("ml_dropout", ones, 0.25, *other) != forward)
