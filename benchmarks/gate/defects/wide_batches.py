"""Networks that go wrong in wide batches only, of which a gate tries few."""

from collections.abc import Callable
from contextlib import nullcontext
from typing import Any

from benchmarks.gate.defects.epoch_samples import AT_STUDY_SIZE
from benchmarks.gate.defects.framework_layers import LOSS
from benchmarks.gate.insides import Insides, inside
from benchmarks.gate.networks import Build, altered_methods
from benchmarks.gate.planted import at, building, plant
from benchmarks.gate.trials import (
    DROPPING,
    FEATURES,
    IMAGES,
    ONE_OUTPUT,
    RESIDUAL,
    RESNET,
    STUDY_BATCH,
)

MANY = 16
LAYER = "In batches of the study's size a layer's gradients, or a step, are not the reference's."
NO_MASK = "In batches of the study's size the losses of training show no mask."


def _wide(
    build: Build, within: Callable[[Insides], Any], is_wide: Callable[[int], bool] | None = None
) -> Build:
    """Return what builds networks that train in wide batches within something.

    Args:
        build: The right one.
        within: Makes it.
        is_wide: Says whether a batch is wide; by itself one of more than `MANY` samples.
    """

    def alter(network: Any, _name: str, right: Callable[..., Any], *arguments: Any) -> Any:
        size = len(arguments[1]) if len(arguments) == 2 else arguments[0].batch_size
        with within(inside(network)) if (is_wide or _is_wide)(size) else nullcontext():
            return right(*arguments)

    return altered_methods(build, ("gradients", "train_step", "train_epoch"), alter)


def _is_wide(samples: int) -> bool:
    return samples > MANY


@plant("timed-epoch", building(), FEATURES, AT_STUDY_SIZE, ("velox",))
def norm_goes_by_averages_in_wide_batches(build: Build) -> Build:
    """In batches of more than 16 a batch norm trains by its moving averages."""
    return _wide(build, lambda within: within.in_evaluation())


@plant("dropout", building(), DROPPING, NO_MASK)
def nothing_is_dropped_in_wide_batches(build: Build) -> Build:
    """In batches of more than 16 dropouts do nothing."""
    return _wide(build, lambda within: within.without_dropout())


@plant("timed-epoch", building(), FEATURES, LAYER)
def relu_is_scaled_in_wide_batches(build: Build) -> Build:
    """In training in batches of more than 16 a ReLU puts out a tenth too much."""
    return _wide(build, lambda within: within.scaling("relu"))


@plant("timed-epoch", building(), FEATURES, LAYER)
def relu_is_scaled_in_the_studys_batches(build: Build) -> Build:
    """In training in batches of the very size of the study's a ReLU puts out a tenth too much."""
    return _wide(build, lambda within: within.scaling("relu"), lambda size: size == STUDY_BATCH)


@plant("timed-epoch", building(), IMAGES, LAYER)
def pool_is_scaled_in_wide_batches(build: Build) -> Build:
    """In training in batches of more than 16 a pool puts out a tenth too much."""
    return _wide(build, lambda within: within.scaling("max_pool2d"))


@plant("timed-epoch", building(), RESIDUAL, LAYER)
def average_is_scaled_in_wide_batches(build: Build) -> Build:
    """In training in batches of more than 16 a global average is a tenth too large."""
    return _wide(build, lambda within: within.scaling("global_avg_pool2d"))


@plant(
    "timed-epoch", at("runners.pytorch.layers.conv2d:nn.Conv2d.forward", "pytorch"), IMAGES, LAYER
)
def convolution_is_rounded_in_wide_batches(forward: Callable[..., Any]) -> Callable[..., Any]:
    """In training in batches of more than 16 a convolution is computed in bfloat16."""

    def changed(module: Any, inputs: Any) -> Any:
        import torch

        if not module.training or len(inputs) <= MANY:
            return forward(module, inputs)
        with torch.autocast("cpu", torch.bfloat16):
            return forward(module, inputs).float()

    return changed


@plant("timed-epoch", at("runners.pytorch.modules:build_modules", "pytorch"), RESNET, LAYER)
def kernel_learns_more_in_wide_batches(build: Callable[..., Any]) -> Callable[..., Any]:
    """In batches of more than 16 the gradient of the fifth kernel of rank 4 is half too large."""

    def changed(*arguments: Any) -> Any:
        module = build(*arguments)
        kernels = [each for each in module.parameters() if each.ndim == 4]
        sizes: list[int] = [0]
        module.register_forward_pre_hook(
            lambda _module, entering: sizes.__setitem__(0, len(entering[0]))
        )
        if len(kernels) > 4:
            kernels[4].register_hook(
                lambda gradient: 1.5 * gradient if sizes[0] > MANY else gradient
            )
        return module

    return changed


@plant(
    "network", at("runners.pytorch.losses:_LOSSES.mean_squared_error", "pytorch"), ONE_OUTPUT, LOSS
)
def targets_are_broadcast(squared_error: Callable[..., Any]) -> Callable[..., Any]:
    """Every output meets every target of the batch."""
    return lambda outputs, targets: squared_error(*_against_all(outputs, targets))


@plant(
    "timed-epoch",
    at("runners.pytorch.losses:_LOSSES.mean_squared_error", "pytorch"),
    ONE_OUTPUT,
    AT_STUDY_SIZE,
)
def targets_are_broadcast_in_wide_batches(squared_error: Callable[..., Any]) -> Callable[..., Any]:
    """In batches of more than 16 every output meets every target of the batch."""

    def changed(outputs: Any, targets: Any) -> Any:
        if len(outputs) > MANY:
            outputs, targets = _against_all(outputs, targets)
        return squared_error(outputs, targets)

    return changed


def _against_all(outputs: Any, targets: Any) -> tuple[Any, Any]:
    """Return the pairs that (batch, 1) outputs and (batch,) targets make."""
    if outputs.shape[1] != 1:
        return outputs, targets
    pairs = (len(outputs), len(outputs))
    return outputs.expand(pairs), targets.T.expand(pairs)


@plant(
    "network",
    {name: f"runners.{name}.network:make_loss" for name in ("tensorflow", "keras")},
    ONE_OUTPUT,
    LOSS,
)
def loss_broadcasts_its_targets(make_loss: Callable[..., Any]) -> Callable[..., Any]:
    """Every output meets every target of the batch."""

    def make(loss: str, precision: str) -> Any:
        import tensorflow as tf

        right = make_loss(loss, precision)

        def changed(targets: Any, outputs: Any) -> Any:
            if outputs.shape[1] != 1:
                return right(targets, outputs)
            return tf.reduce_mean((outputs - tf.transpose(targets)) ** 2)

        return changed if loss == "mean_squared_error" else right

    return make
