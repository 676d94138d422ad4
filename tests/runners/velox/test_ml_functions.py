"""Every ML function against the layer in NumPy float64, by itself."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from contract.model import SGD, Adam, Momentum, Optimizer
from runners.harness import reference_layers as reference
from runners.harness.reference_optimizers import make_update
from tests.runners.velox.engine import evaluate

pytestmark = [pytest.mark.environment, pytest.mark.usefixtures("functions")]

Array = NDArray[np.float32]
drawn = settings(max_examples=25, deadline=None)


@st.composite
def convolutions(draw: st.DrawFn) -> dict[str, Any]:
    """Images, kernel, bias and output gradient that fit each other."""
    kernel_size = draw(st.integers(1, 5))
    height, width = (draw(st.integers(kernel_size, 12)) for _ in range(2))
    batch, channels, filters = (draw(st.integers(1, 20)) for _ in range(3))
    padding = draw(st.sampled_from(["valid", "same"]))
    lost = kernel_size - 1 if padding == "valid" else 0
    generator = np.random.default_rng(draw(st.integers(0, 9)))
    return {
        "images": normal(generator, batch, height, width, channels),
        "kernel": normal(generator, kernel_size, kernel_size, channels, filters),
        "bias": normal(generator, filters),
        "gradient": normal(generator, batch, height - lost, width - lost, filters),
        "sizes": f"{height}, {width}, {channels}, {kernel_size}, '{padding}'",
        "padding": padding,
    }


@drawn
@given(case=convolutions())
def test_conv2d(case: dict[str, Any]) -> None:
    images, kernel, bias = case["images"], case["kernel"], case["bias"]
    found = evaluate(
        f"ml_conv2d(images, kernel, bias, {case['sizes']})", images=images, kernel=kernel, bias=bias
    )
    expected = reference.conv2d(*in_double(images, kernel, bias), case["padding"])
    assert_near(found, expected)


@drawn
@given(case=convolutions())
def test_conv2d_gradients(case: dict[str, Any]) -> None:
    images, kernel, gradient = case["images"], case["kernel"], case["gradient"]
    sizes, filters = case["sizes"], kernel.shape[-1]
    by_images, by_kernel, by_bias = reference.conv2d_backward(
        *in_double(images, kernel), case["padding"], gradient.astype(np.float64)
    )
    found = evaluate(f"ml_conv2d_gradient_input(kernel, dy, {sizes})", kernel=kernel, dy=gradient)
    assert_near(found, by_images)
    found = evaluate(
        f"ml_conv2d_gradient_kernel(images, dy, {filters}, {sizes})", images=images, dy=gradient
    )
    assert_near(found, by_kernel)
    assert_near(evaluate(f"ml_conv2d_gradient_bias(dy, {filters})", dy=gradient), by_bias)


@drawn
@given(
    sizes=st.tuples(st.integers(1, 70), st.integers(1, 70), st.integers(1, 70)),
    seed=st.integers(0, 9),
)
def test_dense(sizes: tuple[int, int, int], seed: int) -> None:
    batch, features, units = sizes
    generator = np.random.default_rng(seed)
    x, w = normal(generator, batch, features), normal(generator, features, units)
    b, dy = normal(generator, units), normal(generator, batch, units)
    found = evaluate(f"ml_dense(x, w, b, {features})", x=x, w=w, b=b)
    assert_near(found, reference.dense(*in_double(x, w, b)))
    by_x, by_w, by_b = reference.dense_backward(*in_double(x, w, dy))
    assert_near(evaluate(f"ml_dense_gradient_input(w, dy, {features})", w=w, dy=dy), by_x)
    calls = f"ml_dense_gradient_kernel(x, dy, {features}, {units})"
    assert_near(evaluate(calls, x=x, dy=dy), by_w)
    assert_near(evaluate(f"ml_dense_gradient_bias(dy, {units})", dy=dy), by_b)


@drawn
@given(
    shape=st.tuples(*[st.integers(1, n) for n in (4, 11, 11, 9)]),
    pool=st.integers(1, 4),
    ties=st.booleans(),
    seed=st.integers(0, 9),
)
def test_max_pool2d(shape: tuple[int, ...], pool: int, ties: bool, seed: int) -> None:
    """With ties the gradient goes to the first largest pixel of the window."""
    batch, height, width, channels = shape
    shape = (batch, max(height, pool), max(width, pool), channels)
    generator = np.random.default_rng(seed)
    images = normal(generator, *shape)
    if ties:
        images = np.round(images)
    sizes = f"{shape[1]}, {shape[2]}, {channels}, {pool}"
    outputs = evaluate(f"ml_max_pool2d(x, {sizes})", x=images)
    expected = reference.max_pool2d(images, pool)
    np.testing.assert_array_equal(outputs, expected.reshape(-1))
    gradient = normal(generator, *expected.shape)
    found = evaluate(
        f"ml_max_pool2d_gradient(x, y, dy, {sizes})", x=images, y=expected, dy=gradient
    )
    by_images = reference.max_pool2d_backward(images, pool, gradient)
    np.testing.assert_array_equal(found, by_images.reshape(-1))


def test_relu_and_its_gradient_at_zero() -> None:
    x = np.array([-2, -0.0, 0, 3], np.float32)
    np.testing.assert_array_equal(evaluate("ml_relu(x)", x=x), [0, 0, 0, 3])
    gradient = evaluate("ml_relu_gradient(x, dy)", x=x, dy=np.ones(4, np.float32))
    np.testing.assert_array_equal(gradient, [0, 0, 0, 1])


def test_not_a_number_passes_relu_and_pool() -> None:
    """A diverged training has to show, not to end in zeros."""
    x = np.array([1, np.nan, -1, 2], np.float32)
    assert np.isnan(evaluate("ml_relu(x)", x=x)[1])
    for shifted in (np.roll(x, shift) for shift in range(4)):
        assert np.isnan(evaluate("ml_max_pool2d(x, 2, 2, 1, 2)", x=shifted)[0])


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


@pytest.mark.parametrize(
    ("optimizer", "call", "parts"),
    [
        (SGD(type="sgd", learning_rate=0.1), "ml_sgd(w, g, 0.1)", 1),
        (
            Momentum(type="momentum", learning_rate=0.1, momentum=0.8),
            "ml_momentum(w, g, s, 0.1, 0.8)",
            2,
        ),
        (
            Adam(type="adam", learning_rate=0.1),
            "ml_adam(w, g, s, step, 0.1, 0.9, 0.999, 1e-07)",
            3,
        ),
    ],
    ids=["sgd", "momentum", "adam"],
)
def test_optimizer_over_five_steps(optimizer: Optimizer, call: str, parts: int) -> None:
    """What a step puts out, weights and state one after the other, goes into the next."""
    generator = np.random.default_rng(0)
    weights = normal(generator, 40000)
    expected = {"w": weights.astype(np.float64)}
    update = make_update(optimizer, expected)
    tensors = np.zeros((parts, weights.size), np.float32)
    tensors[0] = weights
    for step in range(1, 6):
        gradient = normal(generator, weights.size)
        expected["w"] -= update("w", gradient.astype(np.float64), step)
        found = evaluate(call, w=tensors[0], g=gradient, s=tensors[1:], step=step)
        tensors = found.astype(np.float32).reshape(parts, -1)
    assert_near(tensors[0], expected["w"])


def normal(generator: np.random.Generator, *shape: int) -> Array:
    """Draw float32 values."""
    return generator.standard_normal(shape, np.float32)


def in_double(*arrays: Array) -> list[NDArray[np.float64]]:
    """Widen arrays for the reference."""
    return [array.astype(np.float64) for array in arrays]


def assert_near(found: NDArray[Any], expected: NDArray[Any]) -> None:
    """Compare within what float32 sums allow, relative to the largest value."""
    expected = expected.reshape(-1)
    tolerance = 1e-5 * max(1.0, float(np.abs(expected).max()))
    np.testing.assert_allclose(found.reshape(-1), expected, rtol=0, atol=tolerance)
