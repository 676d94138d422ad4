"""ReLU."""

from contract.layers.relu import ReLU
from runners.velox.lowering.base import Node, make_node


@make_node.register(ReLU)
class ReLUNode(Node[ReLU]):
    """`ml_relu`; its gradient follows from the outputs, so that the inputs need not be kept."""

    def forward(self) -> str:
        """Return the call for the outputs."""
        return f"ml_relu({self.entering.column})"

    def input_gradient(self, gradient: str) -> str:
        """Return the call for the gradient with respect to the inputs."""
        return f"ml_relu_gradient({self.leaving.column}, {gradient})"
