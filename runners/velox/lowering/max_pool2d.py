"""Max pooling."""

from contract.layers.max_pool2d import MaxPool2D
from runners.velox.lowering.base import Node, call, make_node


@make_node.register(MaxPool2D)
class MaxPool2DNode(Node[MaxPool2D]):
    """`ml_max_pool2d`."""

    def forward(self) -> str:
        """Return the call for the outputs."""
        sizes = (*self.entering.shape, self.layer.pool_size)
        return call("ml_max_pool2d", self.entering.column, *sizes)

    def input_gradient(self, gradient: str) -> str:
        """Return the call for the gradient with respect to the images."""
        tensors = (self.entering.column, self.leaving.column, gradient)
        sizes = (*self.entering.shape, self.layer.pool_size)
        return call("ml_max_pool2d_gradient", *tensors, *sizes)
