"""The ML functions of the losses against NumPy float64."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from runners.harness.reference import losses as reference
from tests.runners.velox.arrays import drawn, normal
from tests.runners.velox.engine import evaluate

pytestmark = [pytest.mark.environment, pytest.mark.usefixtures("functions")]


@drawn
@given(
    batch=st.integers(1, 30),
    classes=st.integers(1, 12),
    scale=st.sampled_from([1, 1000]),
    seed=st.integers(0, 9),
)
def test_softmax_cross_entropy(batch: int, classes: int, scale: float, seed: int) -> None:
    """Large logits must not overflow."""
    generator = np.random.default_rng(seed)
    logits = normal(generator, batch, classes) * np.float32(scale)
    labels = generator.integers(0, classes, batch)
    expected, gradient = reference.softmax_cross_entropy(logits.astype(np.float64), labels)
    arguments = f"x, labels, {classes}"
    loss = evaluate(f"ml_softmax_cross_entropy({arguments})", x=logits, labels=labels)
    assert loss == pytest.approx(expected, rel=1e-9, abs=1e-9)
    found = evaluate(f"ml_softmax_cross_entropy_gradient({arguments})", x=logits, labels=labels)
    np.testing.assert_allclose(found, gradient.reshape(-1), rtol=1e-6, atol=1e-9)
    correct = evaluate(f"ml_count_correct({arguments})", x=logits, labels=labels)
    assert correct == (logits.argmax(axis=1) == labels).sum()


@drawn
@given(shape=st.tuples(st.integers(1, 30), st.integers(1, 12)), seed=st.integers(0, 9))
def test_mean_squared_error(shape: tuple[int, int], seed: int) -> None:
    generator = np.random.default_rng(seed)
    outputs, targets = normal(generator, *shape), normal(generator, *shape)
    expected, gradient = reference.mean_squared_error(
        outputs.astype(np.float64), targets.astype(np.float64)
    )
    loss = evaluate("ml_mean_squared_error(x, t)", x=outputs, t=targets)
    assert loss == pytest.approx(expected, rel=1e-9)
    found = evaluate("ml_mean_squared_error_gradient(x, t)", x=outputs, t=targets)
    np.testing.assert_allclose(found, gradient.reshape(-1), rtol=1e-5, atol=1e-7)
