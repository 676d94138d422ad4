"""Dropouts whose masks are not what they should be."""

from collections.abc import Callable
from typing import Any

from benchmarks.gate.planted import at, plant
from benchmarks.gate.trials import DROPPING

MASK = "The mask, read off the gradients, has other values or another share of zeros."
APART = "Neighbouring elements of an image are dropped together."
ANEW = "Two passes draw the same mask."

_TORCH = at("runners.pytorch.layers.dropout:nn.Dropout", "pytorch")
_KERAS = at("runners.tensorflow.layers.dropout:keras.layers.Dropout", "tensorflow", "keras")
_NODE = "runners.velox.lowering.dropout:DropoutNode"
Layer = Callable[..., Any]


@plant("dropout", _TORCH, DROPPING, APART)
def dropout_of_whole_channels(dropout: Layer) -> Layer:
    """Whole channels of an image are dropped."""
    from torch.nn.functional import dropout2d

    def make(rate: float) -> Any:
        module = dropout(rate)
        by_element = module.forward

        def forward(inputs: Any) -> Any:
            is_image = inputs.ndim == 4
            return dropout2d(inputs, rate, module.training) if is_image else by_element(inputs)

        module.forward = forward
        return module

    return make


@plant("dropout", _KERAS, DROPPING, APART)
def dropout_of_whole_channels_of_images(dropout: Layer) -> Layer:
    """Whole channels of an image are dropped."""
    import keras

    def make(rate: float, dtype: str) -> Layer:
        def connect(tensor: Any) -> Any:
            kind = keras.layers.SpatialDropout2D if len(tensor.shape) == 4 else dropout
            return kind(rate, dtype=dtype)(tensor)

        return connect

    return make


@plant("dropout", _TORCH | _KERAS, DROPPING, MASK)
def dropout_of_another_rate(dropout: Layer) -> Layer:
    """The rate is a tenth too small."""
    return lambda rate, **options: dropout(0.9 * rate, **options)


@plant("dropout", at(f"{_NODE}._drop", "velox", "velox-stock"), DROPPING, MASK)
def plan_drops_at_another_rate(_drop: Layer) -> Layer:
    """The rate is a tenth too small."""

    def changed(node: Any, values: str) -> str:
        dropped: str = _drop(node, values)
        return dropped.replace(str(node.layer.rate), str(0.9 * node.layer.rate))

    return changed


@plant("dropout", _TORCH, DROPPING, MASK)
def dropout_keeps_the_scale(dropout: Layer) -> Layer:
    """What is kept is not scaled by 1/(1 − rate)."""

    def make(rate: float) -> Any:
        module = dropout(rate)
        module.register_forward_hook(
            lambda of, _inputs, outputs: outputs * (1 - rate) if of.training else outputs
        )
        return module

    return make


@plant("dropout", _KERAS, DROPPING, MASK)
def dropout_draws_from_a_gaussian(_dropout: Layer) -> Layer:
    """Values are multiplied by normal numbers about 1, with the variance of a dropout's mask."""
    import keras

    return lambda rate, dtype: keras.layers.GaussianDropout(rate, dtype=dtype)


@plant("dropout", _KERAS, DROPPING, "The samples of a batch are dropped alike.")
def dropout_of_the_same_elements_in_all_samples(dropout: Layer) -> Layer:
    """All samples of a batch share one mask."""

    def make(rate: float, dtype: str) -> Layer:
        def connect(tensor: Any) -> Any:
            return dropout(rate, noise_shape=(1, *tensor.shape[1:]), dtype=dtype)(tensor)

        return connect

    return make


@plant("dropout", _TORCH, DROPPING, ANEW)
def dropout_draws_the_same_mask(dropout: Layer) -> Layer:
    """Every pass draws the mask of the first one."""

    def make(rate: float) -> Any:
        module = dropout(rate)
        module.register_forward_pre_hook(lambda _module, _inputs: _seed())
        return module

    return make


def _seed() -> None:
    import torch

    torch.manual_seed(0)


@plant(
    "dropout",
    at("runners.velox.network:Parameters.count_draw", "velox", "velox-stock"),
    DROPPING,
    ANEW,
)
def plan_draws_the_same_mask(_count_draw: Layer) -> Layer:
    """The number of the draw stays 0, so that every pass drops the same elements."""
    return lambda _parameters: None


@plant("dropout", at(f"{_NODE}.input_gradient", "velox"), DROPPING, MASK)
def gradient_passes_what_was_dropped(_input_gradient: Layer) -> Layer:
    """The gradient passes the dropout whole."""
    return lambda _node, gradient: gradient


@plant(
    "dropout",
    at("runners.velox_stock.functions.dropout:elementwise", "velox-stock"),
    DROPPING,
    APART,
)
def dropout_of_neighbours(elementwise: Layer) -> Layer:
    """Eight neighbouring elements are dropped together."""

    def changed(expression: str, like: Any, element: Any, **columns: Any) -> Any:
        return elementwise(expression, like, element=element // 8, **columns)

    return changed
