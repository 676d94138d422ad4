"""The ML functions of batch normalisation against NumPy float64."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract.layers.batch_norm import BatchNorm
from tests.runners.velox.arrays import Array, assert_near, drawn, normal, reference
from tests.runners.velox.engine import evaluate

pytestmark = [pytest.mark.environment, pytest.mark.usefixtures("functions")]


@st.composite
def batches(draw: st.DrawFn) -> tuple[BatchNorm, dict[str, Array]]:
    """Images or rows, far from zero or not, with all that a batch norm has to do with them.

    Of two rows the normal values are ±1 whatever the rows are: the gradient with respect to
    them is what rounding leaves of zero, and no bound holds for that.
    """
    pixels = draw(st.sampled_from([(), (3, 5), (30, 30)]))
    batch, channels = draw(st.integers(4, 9)), draw(st.integers(1, 20))
    generator = np.random.default_rng(draw(st.integers(0, 9)))
    layer = BatchNorm(
        type="batch_norm",
        name="l",
        momentum=draw(st.floats(0.1, 0.99)),
        epsilon=draw(st.sampled_from([1e-5, 1e-3])),
    )
    offset = np.float32(draw(st.sampled_from([0, 10])))
    return layer, {
        "x": normal(generator, batch, *pixels, channels) + offset,
        "dy": normal(generator, batch, *pixels, channels),
        "gamma": normal(generator, channels),
        "beta": normal(generator, channels),
        "mean": normal(generator, channels),
        "variance": normal(generator, channels) ** 2,
    }


@drawn
@given(case=batches())
def test_training(case: tuple[BatchNorm, dict[str, Array]]) -> None:
    """What the batch's statistics give, forward and back, and where the moving averages go."""
    layer, arrays = case
    channels, epsilon = len(arrays["gamma"]), layer.epsilon
    expected = _reference(layer, arrays, training=True)
    x, dy, gamma, beta = (arrays[name] for name in ("x", "dy", "gamma", "beta"))
    s = evaluate(f"ml_batch_norm_statistics(x, {channels})", x=x).astype(np.float32)
    call = f"ml_batch_norm(x, s, g, b, {channels}, {epsilon!r})"
    assert_near(evaluate(call, x=x, s=s, g=gamma, b=beta), expected["outputs"])
    call = f"ml_batch_norm_gradient_gamma(x, s, dy, {channels}, {epsilon!r})"
    by_gamma = evaluate(call, x=x, s=s, dy=dy).astype(np.float32)
    assert_near(by_gamma, expected["gamma"])
    by_beta = evaluate(f"ml_batch_norm_gradient_beta(dy, {channels})", dy=dy).astype(np.float32)
    assert_near(by_beta, expected["beta"])
    call = f"ml_batch_norm_gradient_input(x, s, g, dg, db, dy, {channels}, {epsilon!r})"
    found = evaluate(call, x=x, s=s, g=gamma, dg=by_gamma, db=by_beta, dy=dy)
    assert_near(found, expected["by_inputs"])
    state = np.concatenate([arrays["mean"], arrays["variance"]])
    moved = evaluate(f"ml_moving_average(m, s, {layer.momentum!r})", m=state, s=s)
    moving = np.concatenate([expected["moving_mean"], expected["moving_variance"]])
    assert_near(moved, moving)


@drawn
@given(case=batches())
def test_evaluation(case: tuple[BatchNorm, dict[str, Array]]) -> None:
    """The same function with the moving averages in the place of the batch's statistics."""
    layer, arrays = case
    state = np.concatenate([arrays["mean"], arrays["variance"]])
    call = f"ml_batch_norm(x, s, g, b, {len(arrays['gamma'])}, {layer.epsilon!r})"
    found = evaluate(call, x=arrays["x"], s=state, g=arrays["gamma"], b=arrays["beta"])
    assert_near(found, _reference(layer, arrays, training=False)["outputs"])


def test_statistics_are_exact_far_from_zero() -> None:
    """E[x²] − E[x]² in float32 would lose all digits of this variance."""
    x = np.array([4096, 4097, 4098, 4099], np.float32)
    np.testing.assert_array_equal(evaluate("ml_batch_norm_statistics(x, 1)", x=x), [4097.5, 1.25])


def _reference(layer: BatchNorm, arrays: dict[str, Array], *, training: bool) -> dict[str, Array]:
    return reference(
        layer,
        arrays["x"],
        arrays["dy"],
        training=training,
        gamma=arrays["gamma"],
        beta=arrays["beta"],
        moving_mean=arrays["mean"],
        moving_variance=arrays["variance"],
    )
