"""Dropouts that are missing, or go at another's rate, in some places or in some batches only."""

from collections.abc import Callable
from typing import Any

from benchmarks.gate.defects.dropouts import MASK
from benchmarks.gate.networks import Build, of_model
from benchmarks.gate.planted import at, building, plant
from benchmarks.gate.trials import DROPPING, NORM_DROP, SAME_DROP
from contract.layers import Layer, Shape
from contract.layers.dropout import Dropout
from contract.model import Model

PLACE = "One dropout of the network, where it stands, does not drop by its own rate."
SHARED = "The samples of a batch are dropped alike."

_DROPOUT = "runners.tensorflow.layers.dropout:keras.layers.Dropout.call"
IsMissing = Callable[[Dropout, Shape, list[Dropout]], bool]
"""Says it of a dropout, what enters it, and the dropouts before it."""


def _without(build: Build, is_missing: IsMissing) -> Build:
    def change(model: Model) -> Model:
        kept: list[Layer] = []
        before: list[Dropout] = []
        for layer, shape in model.steps():
            if not isinstance(layer, Dropout):
                kept.append(layer)
                continue
            if not is_missing(layer, shape, before):
                kept.append(layer)
            before.append(layer)
        return model.model_copy(update={"layers": tuple(kept)})

    return of_model(build, change)


@plant("dropout", building(), NORM_DROP, PLACE, ("pytorch",))
def dropouts_after_the_first_are_missing(build: Build) -> Build:
    """A network has its first dropout, and no further one."""
    return _without(build, lambda _layer, _shape, before: bool(before))


@plant("dropout", building(), SAME_DROP, PLACE, ("velox",))
def second_dropout_of_a_rate_is_missing(build: Build) -> Build:
    """Of two dropouts of the same rate, as of one that is made once, the second is missing."""
    return _without(build, lambda layer, _shape, before: layer in before)


@plant("dropout", building(), DROPPING, PLACE)
def dropout_of_few_channels_is_missing(build: Build) -> Build:
    """There is no dropout of images of fewer than 16 channels."""
    return _without(build, lambda _layer, shape, _before: len(shape) == 3 and shape[-1] < 16)


@plant("dropout", building(), DROPPING, PLACE)
def dropout_of_few_features_is_missing(build: Build) -> Build:
    """There is no dropout of fewer than 1,000 features."""
    return _without(build, lambda _layer, shape, _before: len(shape) == 1 and shape[0] < 1000)


@plant("dropout", building(), DROPPING, PLACE)
def dropouts_take_the_first_rate(build: Build) -> Build:
    """All dropouts of a network take the rate of its first one."""

    def change(model: Model) -> Model:
        rates = [layer.rate for layer in model.layers if isinstance(layer, Dropout)]
        layers = tuple(
            layer.model_copy(update={"rate": rates[0]}) if isinstance(layer, Dropout) else layer
            for layer in model.layers
        )
        return model.model_copy(update={"layers": layers})

    return of_model(build, change)


@plant(
    "dropout", at("runners.pytorch.layers.dropout:nn.Dropout.forward", "pytorch"), DROPPING, SHARED
)
def samples_of_a_batch_share_a_mask(forward: Callable[..., Any]) -> Callable[..., Any]:
    """The samples of a batch of more than two share one mask."""

    def changed(module: Any, inputs: Any) -> Any:
        if module.training and len(inputs) > 2:
            return inputs * forward(module, inputs.new_ones(1, *inputs.shape[1:]))
        return forward(module, inputs)

    return changed


@plant("dropout", at(_DROPOUT, "tensorflow", "keras"), DROPPING, SHARED)
def samples_of_a_traced_batch_share_a_mask(drop: Callable[..., Any]) -> Callable[..., Any]:
    """The samples of a batch of more than two share one mask."""

    def changed(layer: Any, inputs: Any, training: bool = False) -> Any:
        import tensorflow as tf

        shared = inputs * drop(layer, tf.ones_like(inputs[:1]), training=training)
        own = drop(layer, inputs, training=training)
        return tf.where(tf.shape(inputs)[0] > 2, shared, own)

    return changed


@plant(
    "dropout",
    at("runners.velox_stock.functions.dropout:elementwise", "velox-stock"),
    DROPPING,
    MASK,
)
def mask_repeats_in_the_expression(elementwise: Callable[..., Any]) -> Callable[..., Any]:
    """The mask begins anew after 64 elements."""

    def changed(expression: str, like: Any, element: Any, **columns: Any) -> Any:
        return elementwise(expression, like, element=element % 64, **columns)

    return changed
