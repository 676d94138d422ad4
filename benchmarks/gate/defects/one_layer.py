"""Errors in one layer of many: those of ResNet-18 and VGG-16."""

from collections.abc import Callable
from typing import Any

from benchmarks.gate.changes import SourceEdit
from benchmarks.gate.planted import at, plant, plant_in_source
from benchmarks.gate.tensor_errors import (
    GRADIENTS,
    UPDATES,
    of_layer,
    scaled,
    with_gradient,
    with_learning_rate,
)
from benchmarks.gate.trials import RESNET, VGG

BY_ITSELF = "The layer by itself has other outputs or gradients than the reference's."
UPDATE = "What the first steps add to the tensor is not what the reference adds."

_NODES = "runners.velox.lowering"
_KERAS_STEP = "runners.tensorflow.optimizers:_L2Penalty.update_step"
Method = Callable[..., Any]


@plant("one-layer", at(GRADIENTS, "velox"), RESNET, BY_ITSELF)
def kernel_gradient_is_off_by_a_thousandth(add: Method) -> Method:
    """The gradient of the kernel of stage3-block1-conv1 is 0.1 % too large."""
    return with_gradient("stage3-block1-conv1.kernel", 1.001)(add)


@plant("one-layer", at(GRADIENTS, "velox"), RESNET, BY_ITSELF)
def gamma_gradient_is_off_by_a_hundredth(add: Method) -> Method:
    """The gradient of γ of stage4-block2-norm2 is 1 % too large."""
    return with_gradient("stage4-block2-norm2.gamma", 1.01)(add)


@plant("one-layer", at(GRADIENTS, "velox"), VGG, BY_ITSELF)
def deep_kernel_gradient_is_off_by_a_thousandth(add: Method) -> Method:
    """The gradient of the first kernel is 0.1 % too small."""
    return with_gradient("conv1-1.kernel", 0.999)(add)


@plant("one-layer", at(GRADIENTS, "velox"), VGG, BY_ITSELF)
def last_bias_gradient_is_missing(add: Method) -> Method:
    """The gradient of the last layer's bias is 0."""
    return with_gradient("dense2.bias", 0.0)(add)


@plant("one-layer", at(UPDATES, "velox"), RESNET, UPDATE)
def one_learning_rate_is_off(update_call: Method) -> Method:
    """The kernel of stage4-block1-shortcut learns 1 % too fast."""
    return with_learning_rate("stage4-block1-shortcut.kernel", 1.01)(update_call)


@plant("one-layer", at(UPDATES, "velox"), RESNET, UPDATE)
def one_beta_learns_nothing(update_call: Method) -> Method:
    """β of stage2-block1-norm1 stays as it was."""
    return with_learning_rate("stage2-block1-norm1.beta", 1e-30)(update_call)


@plant("one-layer", at(f"{_NODES}.conv2d:Conv2DNode.forward", "velox"), RESNET, BY_ITSELF)
def one_convolution_is_scaled(forward: Method) -> Method:
    """The outputs of stage2-block1-conv1 are 0.1 % too large, which a batch norm takes back."""

    def changed(node: Any) -> str:
        call: str = forward(node)
        return scaled(call, 1.001) if of_layer(node, "stage2-block1-conv1") else call

    return changed


@plant("one-layer", at(f"{_NODES}.conv2d:Conv2DNode.input_gradient", "velox"), RESNET, BY_ITSELF)
def one_input_gradient_is_scaled(input_gradient: Method) -> Method:
    """The gradient with respect to the inputs of stage4-block2-conv1 is 0.5 % too small."""

    def changed(node: Any, gradient: str) -> str:
        call: str = input_gradient(node, gradient)
        return scaled(call, 0.995) if of_layer(node, "stage4-block2-conv1") else call

    return changed


@plant(
    "one-layer", at(f"{_NODES}.batch_norm:BatchNormNode.input_gradient", "velox"), RESNET, BY_ITSELF
)
def one_norm_has_another_epsilon(input_gradient: Method) -> Method:
    """The gradient with respect to the inputs of stage3-block2-norm1 is computed with ε = 1e-3."""

    def changed(node: Any, gradient: str) -> str:
        call: str = input_gradient(node, gradient)
        if not of_layer(node, "stage3-block2-norm1"):
            return call
        return call.replace(str(node.layer.epsilon), "0.001")

    return changed


@plant("one-layer", at(f"{_NODES}.batch_norm:BatchNormNode.new_state", "velox"), VGG, UPDATE)
def one_norm_never_moves_its_averages(new_state: Method) -> Method:
    """The batch norms of 64 channels keep the averages that they started with."""

    def changed(node: Any) -> dict[str, str]:
        states: dict[str, str] = new_state(node)
        if node.entering.shape[-1] != 64:
            return states
        return {state: f"ml_moving_average({state}, {state}, 0.5)" for state in states}

    return changed


plant_in_source(
    "one-layer",
    "kernel-updates-a-million-elements",
    "Adam moves no weight of a tensor beyond its first 1,048,576.",
    SourceEdit(
        "optimizers.cpp",
        "new_w[i] = t.w[i] - rate * new_m[i] /",
        "new_w[i] = t.w[i] - (i < (1 << 20) ? rate : 0) * new_m[i] /",
    ),
    RESNET,
    UPDATE,
)
plant_in_source(
    "one-layer",
    "kernel-convolution-of-many-channels-forgets-one",
    "The gradient of the first of 256 channels or more is 0 at the kernel's first pixel.",
    SourceEdit(
        "conv2d.cpp",
        "onednn::kernel_for<BackwardKernel>(geometry)(images, output_gradient, kernel_gradient);",
        "onednn::kernel_for<BackwardKernel>(geometry)(images, output_gradient, kernel_gradient);\n"
        "  if (geometry.channels >= 256)\n"
        "    std::fill_n(kernel_gradient, geometry.filters, 0.0f);",
    ),
    RESNET,
    BY_ITSELF,
)


@plant("one-layer", at("runners.pytorch.modules:build_modules", "pytorch"), RESNET, BY_ITSELF)
def hook_scales_one_gradient(_build: Method) -> Method:
    """The gradient of the tenth kernel of rank 4 is 0.1 % too large."""
    return _hooked(_build, 9, 1.001)


def _hooked(build: Method, number: int, factor: float) -> Method:
    def changed(*arguments: Any) -> Any:
        module = build(*arguments)
        kernels = [each for each in module.parameters() if each.ndim == 4]
        if len(kernels) > number:
            kernels[number].register_hook(lambda gradient: factor * gradient)
        return module

    return changed


@plant("one-layer", at(_KERAS_STEP, "tensorflow", "keras"), RESNET, UPDATE)
def one_variable_learns_too_fast(update_step: Method) -> Method:
    """The kernel of 256 by 512 channels, of which there is one, learns 1 % too fast."""

    def changed(optimizer: Any, gradient: Any, variable: Any, learning_rate: Any) -> None:
        faster = 1.01 if tuple(variable.shape) == (3, 3, 256, 512) else 1.0
        update_step(optimizer, gradient, variable, learning_rate * faster)

    return changed
