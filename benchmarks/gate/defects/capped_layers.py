"""Layers and losses that are cut off where moderate numbers do not lead, or at an image's edge."""

from collections.abc import Callable
from typing import Any

from benchmarks.gate.changes import SourceEdit
from benchmarks.gate.defects.framework_layers import LAYER, LOSS
from benchmarks.gate.planted import at, plant, plant_in_source
from benchmarks.gate.trials import FEATURES, RESIDUAL

Layer = Callable[..., Any]

_FUNCTIONS = "runners.velox_stock.functions"


@plant("network", at("runners.pytorch.layers.relu:nn.ReLU", "pytorch"), FEATURES, LAYER)
def relu_ends_at_six(_relu: Layer) -> Layer:
    """The ReLU is ReLU6, which puts out 6 at most."""
    from torch import nn

    return lambda: nn.ReLU6()


@plant(
    "network",
    at("runners.tensorflow.layers.relu:keras.layers.ReLU", "tensorflow", "keras"),
    FEATURES,
    LAYER,
)
def relu_layer_ends_at_six(relu: Layer) -> Layer:
    """The ReLU puts out 6 at most."""
    return lambda dtype: relu(max_value=6.0, dtype=dtype)


@plant("network", at(f"{_FUNCTIONS}.base:FUNCTIONS.ml_relu", "velox-stock"), FEATURES, LAYER)
def relu_expression_ends_at_six(_relu: Layer) -> Layer:
    """The ReLU puts out 6 at most."""
    from runners.velox_stock.functions.base import elementwise
    from runners.velox_stock.query import number

    return lambda inputs: elementwise(
        f"least(greatest(x, {number(0, inputs)}), {number(6, inputs)})", inputs, x=inputs
    )


plant_in_source(
    "network",
    "kernel-relu-ends-at-six",
    "The ReLU puts out 6 at most.",
    SourceEdit(
        "relu.cpp", "y[i] = x[i] < 0 ? 0 : x[i];", "y[i] = x[i] < 0 ? 0 : x[i] > 6 ? 6 : x[i];"
    ),
    FEATURES,
    LAYER,
)


@plant(
    "network", at("runners.pytorch.losses:_LOSSES.softmax_cross_entropy", "pytorch"), FEATURES, LOSS
)
def probabilities_are_clipped(_cross_entropy: Layer) -> Layer:
    """The cross-entropy takes probabilities, cut off at 1e-7 and 1 − 1e-7."""
    import torch

    def changed(outputs: Any, labels: Any) -> Any:
        probabilities = torch.softmax(outputs, 1).clamp(1e-7, 1 - 1e-7)
        return -torch.log(probabilities)[torch.arange(len(labels)), labels].mean()

    return changed


@plant(
    "network",
    {name: f"runners.{name}.network:make_loss" for name in ("tensorflow", "keras")},
    FEATURES,
    LOSS,
)
def loss_takes_probabilities(make_loss: Layer) -> Layer:
    """The cross-entropy takes probabilities, which Keras cuts off at 1e-7 and 1 − 1e-7."""

    def make(loss: str, precision: str) -> Any:
        import keras
        import tensorflow as tf

        if loss != "softmax_cross_entropy":
            return make_loss(loss, precision)
        by_probability = keras.losses.SparseCategoricalCrossentropy(dtype=precision)

        def of_logits(labels: Any, logits: Any) -> Any:
            # Keras finds a softmax's logits by the tensor's history, were it not for the product.
            return by_probability(labels, tf.nn.softmax(logits) * 1)

        return of_logits

    return make


plant_in_source(
    "network",
    "kernel-loss-of-a-sample-is-capped",
    "The cross-entropy of a sample is 16.1 at most, as of probabilities from 1e-7 on.",
    SourceEdit(
        "softmax_cross_entropy.cpp",
        "loss += log_sum_exp(samples.row(i), samples.classes) - samples.row(i)[samples.labels[i]];",
        "loss += std::min(16.1, log_sum_exp(samples.row(i), samples.classes)\n"
        "                         - samples.row(i)[samples.labels[i]]);",
    ),
    FEATURES,
    LOSS,
)
plant_in_source(
    "network",
    "kernel-exponentials-are-not-shifted",
    "The gradient of the cross-entropy takes exponentials that large logits make infinite.",
    SourceEdit(
        "softmax_cross_entropy.cpp",
        "sum += shares[k] = std::exp(logits[k] - largest);",
        "sum += shares[k] = std::exp(logits[k] - 0.0f * static_cast<float>(largest));",
    ),
    FEATURES,
    LOSS,
)


@plant("network", at("runners.pytorch.modules:build_modules", "pytorch"), RESIDUAL, LAYER)
def last_margin_repeats_the_edge(build: Layer) -> Layer:
    """The last of several convolutions pads images with their own edges in the place of zeros."""

    def changed(*arguments: Any) -> Any:
        from torch import nn

        module = build(*arguments)
        convolutions = [each for each in module.modules() if isinstance(each, nn.Conv2d)]
        if len(convolutions) > 2:
            convolutions[-1].padding_mode = "replicate"
        return module

    return changed
