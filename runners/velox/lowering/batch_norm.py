"""Batch normalisation: by the batch's statistics in training, by their averages in evaluation."""

from __future__ import annotations

from contract.layers.batch_norm import BatchNorm
from runners.velox.columns import gradient_column, state_column, weight_column
from runners.velox.lowering.base import Node, arguments, make_node


@make_node.register(BatchNorm)
class BatchNormNode(Node[BatchNorm]):
    """`ml_batch_norm`, its gradients and its moving averages.

    Statistics are one tensor, means before variances, like the layer's states.
    """

    def statistics(self) -> dict[str, str]:
        """Return the call for the batch's means and variances."""
        inputs = arguments(self.entering.column, self._channels)
        return {self._statistics: f"ml_batch_norm_statistics({inputs})"}

    def forward(self) -> str:
        """Return the call that normalises by the batch."""
        return self._normalise(self._statistics)

    def evaluate(self) -> str:
        """Return the call that normalises by the moving averages."""
        return self._normalise(state_column(self.layer.name))

    def new_state(self) -> dict[str, str]:
        """Return the call that moves the averages towards the batch's statistics."""
        state = state_column(self.layer.name)
        averages = arguments(state, self._statistics, self.layer.momentum)
        return {state: f"ml_moving_average({averages})"}

    def weight_gradients(self, gradient: str) -> dict[str, str]:
        """Return the calls for gamma and beta."""
        tensors = (self.entering.column, self._statistics, gradient)
        gamma = arguments(*tensors, self._channels, self.layer.epsilon)
        return {
            f"{self.layer.name}.gamma": f"ml_batch_norm_gradient_gamma({gamma})",
            f"{self.layer.name}.beta": f"ml_batch_norm_gradient_beta({gradient}, {self._channels})",
        }

    def input_gradient(self, gradient: str) -> str:
        """Return the call for the gradient with respect to the input, statistics included."""
        gamma, beta = f"{self.layer.name}.gamma", f"{self.layer.name}.beta"
        gradients = (gradient_column(gamma), gradient_column(beta), gradient)
        tensors = (self.entering.column, self._statistics, weight_column(gamma), *gradients)
        numbers = (self._channels, self.layer.epsilon)
        return f"ml_batch_norm_gradient_input({arguments(*tensors, *numbers)})"

    def _normalise(self, statistics: str) -> str:
        weights = (weight_column(f"{self.layer.name}.{part}") for part in ("gamma", "beta"))
        tensors = (self.entering.column, statistics, *weights)
        return f"ml_batch_norm({arguments(*tensors, self._channels, self.layer.epsilon)})"

    @property
    def _statistics(self) -> str:
        return f"statistics_{self.number}"

    @property
    def _channels(self) -> int:
        return self.entering.shape[-1]
