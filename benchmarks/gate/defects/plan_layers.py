"""Layers and losses that compute something else, in Velox's plans and stock expressions."""

from collections.abc import Callable
from typing import Any

import numpy as np

from benchmarks.gate.defects.framework_layers import LAYER, LOSS
from benchmarks.gate.planted import at, plant
from benchmarks.gate.trials import FEATURES, IMAGES, REGRESSION, RESIDUAL

_NODES = "runners.velox.lowering"
_FUNCTIONS = "runners.velox_stock.functions.base:FUNCTIONS"
Layer = Callable[..., Any]


@plant("network", at(f"{_NODES}.relu:ReLUNode.input_gradient", "velox"), FEATURES, LAYER)
def relu_passes_every_gradient(_input_gradient: Layer) -> Layer:
    """The gradient passes a ReLU, whatever it put out."""
    return lambda _node, gradient: gradient


@plant(
    "network",
    at(f"{_NODES}.residual:ResidualNode.add_backward", "velox", "velox-stock"),
    RESIDUAL,
    LAYER,
)
def residual_goes_back_on_one_path(_add_backward: Layer) -> Layer:
    """The gradient with respect to what entered a residual is that of the shortcut alone."""

    def changed(node: Any, projections: Any, gradient: str) -> str:
        node._layers.add_backward(projections, gradient)
        of_shortcut: str = node._shortcut.add_backward(projections, gradient)
        return of_shortcut

    return changed


@plant(
    "network",
    at(f"{_NODES}.conv2d:Conv2DNode._sizes", "velox", "velox-stock"),
    IMAGES,
    LAYER,
    ("velox",),
)
def odd_zeros_come_first_in_the_plan(sizes: Layer) -> Layer:
    """Of uneven margins the larger one stands before the image."""

    def changed(node: Any) -> tuple[int, ...]:
        *others, top, left, bottom, right = sizes(node)
        return (*others, bottom, right, top, left)

    return changed


@plant("network", at(f"{_FUNCTIONS}.ml_relu", "velox-stock"), FEATURES, LAYER)
def relu_expression_leaks(_relu: Layer) -> Layer:
    """The ReLU lets a thousandth of what is negative pass."""
    from runners.velox_stock.functions.base import elementwise
    from runners.velox_stock.query import number

    return lambda inputs: elementwise(f"greatest(x, x * {number(1e-3, inputs)})", inputs, x=inputs)


@plant("network", at(f"{_FUNCTIONS}.ml_dense", "velox-stock"), REGRESSION, LAYER)
def product_leaves_out_a_term(_dense: Layer) -> Layer:
    """A dense layer leaves out its last input."""
    from runners.velox_stock.functions.base import multiply

    def changed(inputs: Any, kernel: Any, bias: Any, features: int) -> Any:
        rows, terms = inputs.reshape(-1, features), kernel.reshape(features, -1)
        return multiply(rows.T[:-1], terms[:-1], bias)

    return changed


@plant("network", at(f"{_FUNCTIONS}.ml_batch_norm_statistics", "velox-stock"), IMAGES, LAYER)
def statistics_overstate_the_variance(statistics: Layer) -> Layer:
    """The batch's variances are a thousandth too large."""

    def changed(inputs: Any, channels: int) -> Any:
        right = statistics(inputs, channels)

        def enlarge() -> None:
            right.outputs[channels:] *= 1.001

        return type(right)(right.outputs, (*right.runs, enlarge))

    return changed


@plant(
    "network", at(f"{_FUNCTIONS}.ml_softmax_cross_entropy_gradient", "velox-stock"), FEATURES, LOSS
)
def loss_gradient_is_rounded(gradient: Layer) -> Layer:
    """The gradient of the loss is rounded to half precision."""

    def changed(logits: Any, labels: Any, classes: int) -> Any:
        right = gradient(logits, labels, classes)

        def round_it() -> None:
            right.outputs[:] = right.outputs.astype(np.float16)

        return type(right)(right.outputs, (*right.runs, round_it))

    return changed
