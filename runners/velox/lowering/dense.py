"""The fully connected layer."""

from __future__ import annotations

from contract.layers.dense import Dense
from runners.velox.columns import weight_column
from runners.velox.lowering.base import Node, arguments, make_node


@make_node.register(Dense)
class DenseNode(Node[Dense]):
    """`ml_dense` and its gradients."""

    def forward(self) -> str:
        """Return the call with or without a bias."""
        layer, (features,) = self.layer, self.entering.shape
        start = f"{self.entering.column}, {weight_column(f'{layer.name}.kernel')}"
        if not layer.use_bias:
            return f"ml_dense_without_bias({start}, {features})"
        return f"ml_dense({start}, {weight_column(f'{layer.name}.bias')}, {features})"

    def weight_gradients(self, gradient: str) -> dict[str, str]:
        """Return the calls for kernel and, where there is one, bias."""
        layer, entering = self.layer, self.entering
        sizes = arguments(*entering.shape, layer.units)
        kernel = f"ml_dense_gradient_kernel({entering.column}, {gradient}, {sizes})"
        if not layer.use_bias:
            return {f"{layer.name}.kernel": kernel}
        bias = f"ml_dense_gradient_bias({gradient}, {layer.units})"
        return {f"{layer.name}.kernel": kernel, f"{layer.name}.bias": bias}

    def input_gradient(self, gradient: str) -> str:
        """Return the call for the gradient with respect to the inputs."""
        kernel = weight_column(f"{self.layer.name}.kernel")
        return f"ml_dense_gradient_input({arguments(kernel, gradient, *self.entering.shape)})"
