"""Layers and losses that compute something else, in PyTorch's and TensorFlow's Python."""

from collections.abc import Callable
from typing import Any

from benchmarks.gate.planted import at, plant
from benchmarks.gate.trials import FEATURES, IMAGES, REGRESSION, RESIDUAL, SHIFTED

LAYER = "Outputs or gradients of the layer by itself, and of the network, are not the reference's."
ZERO = "A tensor whose true gradient is 0 has one, and moves."
LOSS = "The losses, and the gradients of every tensor, are not the reference's."

_LAYERS = "runners.tensorflow.layers"
Layer = Callable[..., Any]


def _keras(module: str, layer: str, *contenders: str) -> dict[str, str]:
    contenders = contenders or ("tensorflow", "keras")
    return at(f"{_LAYERS}.{module}:keras.layers.{layer}", *contenders)


@plant("network", at("runners.pytorch.layers.relu:nn.ReLU", "pytorch"), FEATURES, LAYER)
def relu_leaks(_relu: Layer) -> Layer:
    """The ReLU lets a thousandth of what is negative pass."""
    from torch import nn

    return lambda: nn.LeakyReLU(1e-3)


@plant("network", _keras("relu", "ReLU"), FEATURES, LAYER)
def relu_layer_leaks(relu: Layer) -> Layer:
    """The ReLU lets a thousandth of what is negative pass."""
    return lambda dtype: relu(negative_slope=1e-3, dtype=dtype)


@plant(
    "network", at("runners.pytorch.layers.flatten:FlattenImage.forward", "pytorch"), IMAGES, LAYER
)
def flatten_takes_channels_first(_forward: Layer) -> Layer:
    """Images are flattened channel by channel."""
    return lambda _module, images: images.flatten(1)


@plant("network", at("runners.pytorch.layers.conv2d:nn.ZeroPad2d", "pytorch"), IMAGES, LAYER)
def odd_zeros_come_first(pad: Layer) -> Layer:
    """Of uneven margins the larger one stands before the image."""
    return lambda margins: pad((margins[1], margins[0], margins[3], margins[2]))


@plant("network", _keras("conv2d", "ZeroPadding2D"), RESIDUAL, LAYER)
def zeros_come_last(pad: Layer) -> Layer:
    """A margin of one zero on every side becomes one of two zeros after the image."""
    return lambda margins, dtype: pad(tuple((0, sum(pair)) for pair in margins), dtype=dtype)


@plant("network", at("runners.pytorch.layers.residual:Sum.forward", "pytorch"), RESIDUAL, LAYER)
def residual_weighs_its_shortcut_less(_forward: Layer) -> Layer:
    """The shortcut enters the sum a thousandth too small."""
    return lambda module, inputs: module.layers(inputs) + 0.999 * module.shortcut(inputs)


@plant("network", _keras("residual", "Add"), RESIDUAL, LAYER)
def residual_takes_the_mean(_add: Layer) -> Layer:
    """The two paths are averaged, not added."""
    import keras

    return lambda dtype: keras.layers.Average(dtype=dtype)


@plant(
    "network",
    at("runners.pytorch.layers.global_avg_pool2d:GlobalAvgPool.forward", "pytorch"),
    RESIDUAL,
    LAYER,
)
def average_leaves_out_a_row(_forward: Layer) -> Layer:
    """The average of an image leaves out its last row."""
    return lambda _module, images: images[:, :, :-1].mean((2, 3))


@plant("network", _keras("max_pool2d", "MaxPooling2D"), IMAGES, LAYER)
def pool_keeps_a_ragged_edge(_pool: Layer) -> Layer:
    """The windows at a ragged edge are pooled, too, the images cut off elsewhere."""
    import keras

    def make(size: int, dtype: str) -> Layer:
        def connect(tensor: Any) -> Any:
            _, height, width, _ = tensor.shape
            margins = ((height % size, 0), (width % size, 0))
            cut = keras.layers.Cropping2D(margins, dtype=dtype)(tensor)
            return _pool(size, dtype=dtype)(cut)

        return connect

    return make


@plant(
    "network", at("runners.pytorch.losses:_LOSSES.softmax_cross_entropy", "pytorch"), FEATURES, LOSS
)
def labels_are_smoothed(cross_entropy: Layer) -> Layer:
    """The labels are smoothed by a thousandth."""
    return lambda outputs, labels: cross_entropy(outputs, labels, label_smoothing=1e-3)


@plant(
    "network", at("runners.pytorch.losses:_LOSSES.mean_squared_error", "pytorch"), REGRESSION, LOSS
)
def squared_error_is_halved(squared_error: Layer) -> Layer:
    """The loss is half the mean squared error."""
    return lambda outputs, targets: squared_error(outputs, targets) / 2


@plant(
    "network",
    at(f"{_LAYERS}.dense:keras.layers.Dense", "tensorflow", "keras"),
    FEATURES,
    LAYER,
)
def kernels_are_cut_down(dense: Layer) -> Layer:
    """The columns of a dense layer's kernel are cut down to a norm of 1 after every step."""
    import keras

    def make(units: int, **options: Any) -> Any:
        return dense(units, kernel_constraint=keras.constraints.MaxNorm(1.0), **options)

    return make


@plant(
    "network",
    {name: f"runners.{name}.network:make_loss" for name in ("tensorflow", "keras")},
    REGRESSION,
    LOSS,
)
def loss_is_hubers(make_loss: Layer) -> Layer:
    """A squared error beyond 1 grows like its root."""
    import keras

    return lambda loss, precision: (
        keras.losses.Huber(dtype=precision)
        if loss == "mean_squared_error"
        else make_loss(loss, precision)
    )


@plant("network", at("runners.pytorch.layers.conv2d:nn.Conv2d", "pytorch"), SHIFTED, ZERO)
def bias_before_a_norm_has_a_gradient(convolution: Layer) -> Layer:
    """The bias of a convolution gets a hundredth too much of a gradient, where it should be 0."""

    def make(*sizes: int, **options: Any) -> Any:
        module = convolution(*sizes, **options)
        if module.bias is not None:
            module.bias.register_hook(lambda gradient: gradient + 0.01)
        return module

    return make
