"""Global average pooling."""

from contract.layers.global_avg_pool2d import GlobalAvgPool2D
from runners.velox.lowering.base import Node, call, make_node


@make_node.register(GlobalAvgPool2D)
class GlobalAvgPool2DNode(Node[GlobalAvgPool2D]):
    """`ml_global_avg_pool2d`."""

    def forward(self) -> str:
        """Return the call for the means."""
        return call("ml_global_avg_pool2d", self.entering.column, *self.entering.shape)

    def input_gradient(self, gradient: str) -> str:
        """Return the call for the gradient with respect to the images."""
        return call("ml_global_avg_pool2d_gradient", gradient, *self.entering.shape)
