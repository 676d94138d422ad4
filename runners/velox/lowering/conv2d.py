"""The convolution."""

from contract.layers.conv2d import Conv2D
from runners.velox.columns import weight_column
from runners.velox.lowering.base import Node, call, make_node


@make_node.register(Conv2D)
class Conv2DNode(Node[Conv2D]):
    """`ml_conv2d` and its gradients."""

    def forward(self) -> str:
        """Return the call with or without a bias."""
        images, kernel = self.entering.column, weight_column(f"{self.layer.name}.kernel")
        if not self.layer.use_bias:
            return call("ml_conv2d_without_bias", images, kernel, *self._sizes())
        bias = weight_column(f"{self.layer.name}.bias")
        return call("ml_conv2d", images, kernel, bias, *self._sizes())

    def weight_gradients(self, gradient: str) -> dict[str, str]:
        """Return the calls for kernel and, where there is one, bias."""
        layer, tensors = self.layer, (self.entering.column, gradient)
        kernel = call("ml_conv2d_gradient_kernel", *tensors, layer.filters, *self._sizes())
        calls = {f"{layer.name}.kernel": kernel}
        if layer.use_bias:
            bias = call("ml_conv2d_gradient_bias", gradient, layer.filters)
            calls[f"{layer.name}.bias"] = bias
        return calls

    def input_gradient(self, gradient: str) -> str:
        """Return the call for the gradient with respect to the images."""
        kernel = weight_column(f"{self.layer.name}.kernel")
        return call("ml_conv2d_gradient_input", kernel, gradient, *self._sizes())

    def _sizes(self) -> tuple[int, ...]:
        height, width, channels = self.entering.shape
        (top, bottom), (left, right) = self.layer.margins(height), self.layer.margins(width)
        kernel = (self.layer.kernel_size, self.layer.stride)
        return (height, width, channels, *kernel, top, left, bottom, right)
