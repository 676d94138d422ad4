"""The fully connected layer."""

from contract.layers.dense import Dense
from runners.velox.columns import weight_column
from runners.velox.lowering.base import Node, call, make_node


@make_node.register(Dense)
class DenseNode(Node[Dense]):
    """`ml_dense` and its gradients."""

    def forward(self) -> str:
        """Return the call with or without a bias."""
        inputs, kernel = self.entering.column, weight_column(f"{self.layer.name}.kernel")
        if not self.layer.use_bias:
            return call("ml_dense_without_bias", inputs, kernel, *self.entering.shape)
        bias = weight_column(f"{self.layer.name}.bias")
        return call("ml_dense", inputs, kernel, bias, *self.entering.shape)

    def weight_gradients(self, gradient: str) -> dict[str, str]:
        """Return the calls for kernel and, where there is one, bias."""
        layer, tensors = self.layer, (self.entering.column, gradient)
        kernel = call("ml_dense_gradient_kernel", *tensors, *self.entering.shape, layer.units)
        calls = {f"{layer.name}.kernel": kernel}
        if layer.use_bias:
            calls[f"{layer.name}.bias"] = call("ml_dense_gradient_bias", gradient, layer.units)
        return calls

    def input_gradient(self, gradient: str) -> str:
        """Return the call for the gradient with respect to the inputs."""
        kernel = weight_column(f"{self.layer.name}.kernel")
        return call("ml_dense_gradient_input", kernel, gradient, *self.entering.shape)
