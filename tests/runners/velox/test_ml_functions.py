"""The ML functions of convolution, dense layer, pools, ReLU and sum, each against NumPy float64."""

from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract.layers.conv2d import Conv2D
from contract.layers.dense import Dense
from contract.layers.global_avg_pool2d import GlobalAvgPool2D
from contract.layers.max_pool2d import MaxPool2D
from tests.runners.velox.arrays import Array, assert_near, drawn, normal, reference
from tests.runners.velox.engine import evaluate

pytestmark = [pytest.mark.environment, pytest.mark.usefixtures("functions")]


@dataclass(frozen=True)
class Convolution:
    """Images, kernel, bias and output gradient that fit each other."""

    layer: Conv2D
    images: Array
    kernel: Array
    bias: Array
    gradient: Array

    @property
    def sizes(self) -> str:
        """The arguments that every function of the family ends with."""
        _, height, width, channels = self.images.shape
        (top, bottom), (left, right) = self.layer.margins(height), self.layer.margins(width)
        kernel = f"{self.layer.kernel_size}, {self.layer.stride}"
        return f"{height}, {width}, {channels}, {kernel}, {top}, {left}, {bottom}, {right}"


@st.composite
def convolutions(draw: st.DrawFn, *, use_bias: bool) -> Convolution:
    """Any kernel, stride and padding; margins may be wider than the kernel."""
    kernel_size = draw(st.integers(1, 5))
    height, width = (draw(st.integers(kernel_size, 12)) for _ in range(2))
    batch, channels, filters = (draw(st.integers(1, 20)) for _ in range(3))
    layer = Conv2D(
        type="conv2d",
        name="l",
        filters=filters,
        kernel_size=kernel_size,
        stride=draw(st.integers(1, 3)),
        padding=draw(st.sampled_from(["valid", "same", 0, 1, 2, 5])),
        use_bias=use_bias,
    )
    generator = np.random.default_rng(draw(st.integers(0, 9)))
    return Convolution(
        layer,
        images=normal(generator, batch, height, width, channels),
        kernel=normal(generator, kernel_size, kernel_size, channels, filters),
        bias=normal(generator, filters),
        gradient=normal(generator, batch, *layer.output_shape((height, width, channels))),
    )


@drawn
@given(case=convolutions(use_bias=True))
def test_conv2d(case: Convolution) -> None:
    expected = reference(case.layer, case.images, case.gradient, kernel=case.kernel, bias=case.bias)
    sizes, filters = case.sizes, case.layer.filters
    x, k, b, dy = case.images, case.kernel, case.bias, case.gradient
    assert_near(evaluate(f"ml_conv2d(x, k, b, {sizes})", x=x, k=k, b=b), expected["outputs"])
    found = evaluate(f"ml_conv2d_gradient_input(k, dy, {sizes})", k=k, dy=dy)
    assert_near(found, expected["by_inputs"])
    found = evaluate(f"ml_conv2d_gradient_kernel(x, dy, {filters}, {sizes})", x=x, dy=dy)
    assert_near(found, expected["kernel"])
    assert_near(evaluate(f"ml_conv2d_gradient_bias(dy, {filters})", dy=dy), expected["bias"])


@drawn
@given(case=convolutions(use_bias=False))
def test_conv2d_without_bias(case: Convolution) -> None:
    expected = reference(case.layer, case.images, case.gradient, kernel=case.kernel)
    call = f"ml_conv2d_without_bias(x, k, {case.sizes})"
    assert_near(evaluate(call, x=case.images, k=case.kernel), expected["outputs"])


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
    layer = Dense(type="dense", name="l", units=units)
    expected = reference(layer, x, dy, kernel=w, bias=b)
    assert_near(evaluate(f"ml_dense(x, w, b, {features})", x=x, w=w, b=b), expected["outputs"])
    assert_near(
        evaluate(f"ml_dense_without_bias(x, w, {features})", x=x, w=w), expected["outputs"] - b
    )
    found = evaluate(f"ml_dense_gradient_input(w, dy, {features})", w=w, dy=dy)
    assert_near(found, expected["by_inputs"])
    found = evaluate(f"ml_dense_gradient_kernel(x, dy, {features}, {units})", x=x, dy=dy)
    assert_near(found, expected["kernel"])
    assert_near(evaluate(f"ml_dense_gradient_bias(dy, {units})", dy=dy), expected["bias"])


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
    layer = MaxPool2D(type="max_pool2d", pool_size=pool)
    gradient = normal(generator, batch, *layer.output_shape(shape[1:]))
    expected = reference(layer, images, gradient)
    sizes = f"{shape[1]}, {shape[2]}, {channels}, {pool}"
    outputs = evaluate(f"ml_max_pool2d(x, {sizes})", x=images)
    np.testing.assert_array_equal(outputs, expected["outputs"].reshape(-1))
    call = f"ml_max_pool2d_gradient(x, y, dy, {sizes})"
    found = evaluate(call, x=images, y=outputs.astype(np.float32), dy=gradient)
    np.testing.assert_array_equal(found, expected["by_inputs"].reshape(-1))


@drawn
@given(shape=st.tuples(*[st.integers(1, n) for n in (5, 9, 9, 20)]), seed=st.integers(0, 9))
def test_global_avg_pool2d(shape: tuple[int, ...], seed: int) -> None:
    batch, height, width, channels = shape
    generator = np.random.default_rng(seed)
    images, gradient = normal(generator, *shape), normal(generator, batch, channels)
    expected = reference(GlobalAvgPool2D(type="global_avg_pool2d"), images, gradient)
    sizes = f"{height}, {width}, {channels}"
    assert_near(evaluate(f"ml_global_avg_pool2d(x, {sizes})", x=images), expected["outputs"])
    found = evaluate(f"ml_global_avg_pool2d_gradient(dy, {sizes})", dy=gradient)
    assert_near(found, expected["by_inputs"])


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


def test_add() -> None:
    x, y = np.array([1, 2, 3], np.float32), np.array([10, 20, -3], np.float32)
    np.testing.assert_array_equal(evaluate("ml_add(x, y)", x=x, y=y), [11, 22, 0])
