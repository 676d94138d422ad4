"""Convolution and dense layer."""

from __future__ import annotations

from contract.layers import Conv2D, Dense
from runners.velox.columns import weight_column
from runners.velox.lowering.base import LayerCalls, Passage, arguments


class Conv2DCalls(LayerCalls[Conv2D]):
    """`ml_conv2d` and its gradients."""

    def forward(self, passage: Passage[Conv2D]) -> str:
        """Return the call with or without a bias."""
        layer, images = passage.layer, passage.entering.column
        kernel = weight_column(f"{layer.name}.kernel")
        if not layer.use_bias:
            return f"ml_conv2d_without_bias({images}, {kernel}, {_sizes(passage)})"
        bias = weight_column(f"{layer.name}.bias")
        return f"ml_conv2d({images}, {kernel}, {bias}, {_sizes(passage)})"

    def weight_gradients(self, passage: Passage[Conv2D], gradient: str) -> dict[str, str]:
        """Return the calls for kernel and, where there is one, bias."""
        layer, images = passage.layer, passage.entering.column
        sizes = f"{layer.filters}, {_sizes(passage)}"
        kernel = f"ml_conv2d_gradient_kernel({images}, {gradient}, {sizes})"
        if not layer.use_bias:
            return {f"{layer.name}.kernel": kernel}
        bias = f"ml_conv2d_gradient_bias({gradient}, {layer.filters})"
        return {f"{layer.name}.kernel": kernel, f"{layer.name}.bias": bias}

    def input_gradient(self, passage: Passage[Conv2D], gradient: str) -> str:
        """Return the call for the gradient by the images."""
        kernel = weight_column(f"{passage.layer.name}.kernel")
        return f"ml_conv2d_gradient_input({kernel}, {gradient}, {_sizes(passage)})"


class DenseCalls(LayerCalls[Dense]):
    """`ml_dense` and its gradients."""

    def forward(self, passage: Passage[Dense]) -> str:
        """Return the call with or without a bias."""
        layer, (features,) = passage.layer, passage.entering.shape
        start = f"{passage.entering.column}, {weight_column(f'{layer.name}.kernel')}"
        if not layer.use_bias:
            return f"ml_dense_without_bias({start}, {features})"
        return f"ml_dense({start}, {weight_column(f'{layer.name}.bias')}, {features})"

    def weight_gradients(self, passage: Passage[Dense], gradient: str) -> dict[str, str]:
        """Return the calls for kernel and, where there is one, bias."""
        layer, entering = passage.layer, passage.entering
        sizes = arguments(*entering.shape, layer.units)
        kernel = f"ml_dense_gradient_kernel({entering.column}, {gradient}, {sizes})"
        if not layer.use_bias:
            return {f"{layer.name}.kernel": kernel}
        bias = f"ml_dense_gradient_bias({gradient}, {layer.units})"
        return {f"{layer.name}.kernel": kernel, f"{layer.name}.bias": bias}

    def input_gradient(self, passage: Passage[Dense], gradient: str) -> str:
        """Return the call for the gradient by the inputs."""
        kernel = weight_column(f"{passage.layer.name}.kernel")
        return f"ml_dense_gradient_input({arguments(kernel, gradient, *passage.entering.shape)})"


def _sizes(passage: Passage[Conv2D]) -> str:
    layer = passage.layer
    height, width, channels = passage.entering.shape
    (top, bottom), (left, right) = layer.margins(height), layer.margins(width)
    image = (height, width, channels, layer.kernel_size, layer.stride)
    return arguments(*image, top, left, bottom, right)
