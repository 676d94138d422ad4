"""Dropout."""

from contract.layers.dropout import Dropout
from runners.velox.columns import DRAW, SEED
from runners.velox.lowering.base import Node, call, make_node


@make_node.register(Dropout)
class DropoutNode(Node[Dropout]):
    """`ml_dropout`, whose mask follows from seed, draw and layer, in the backward pass too."""

    def forward(self) -> str:
        """Return the call that drops inputs; the input itself in evaluation."""
        return self._drop(self.entering.column) if self.training else self.entering.column

    def input_gradient(self, gradient: str) -> str:
        """Return the call that drops the same elements of the gradient."""
        return self._drop(gradient)

    def _drop(self, values: str) -> str:
        return call("ml_dropout", values, self.layer.rate, SEED, DRAW, self.number)
