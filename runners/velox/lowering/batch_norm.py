"""Batch normalisation: by the batch's statistics in training, by their averages in evaluation."""

from contract.layers.batch_norm import BatchNorm
from runners.velox.columns import gradient_column, state_column, weight_column
from runners.velox.lowering.base import Node, call, make_node


@make_node.register(BatchNorm)
class BatchNormNode(Node[BatchNorm]):
    """`ml_batch_norm`, its gradients and its moving averages.

    Statistics are one tensor, means before variances, like the layer's states.
    """

    def statistics(self) -> dict[str, str]:
        """Return the call for the batch's means and variances."""
        moments = call("ml_batch_norm_statistics", self.entering.column, self._channels)
        return {self._statistics: moments}

    def forward(self) -> str:
        """Return the call that normalises by the batch, or by the moving averages."""
        statistics = self._statistics if self.training else state_column(self.layer.name)
        weights = (weight_column(f"{self.layer.name}.{part}") for part in ("gamma", "beta"))
        tensors = (self.entering.column, statistics, *weights)
        return call("ml_batch_norm", *tensors, self._channels, self.layer.epsilon)

    def new_state(self) -> dict[str, str]:
        """Return the call that moves the averages towards the batch's statistics."""
        state = state_column(self.layer.name)
        return {state: call("ml_moving_average", state, self._statistics, self.layer.momentum)}

    def weight_gradients(self, gradient: str) -> dict[str, str]:
        """Return the calls for gamma and beta."""
        layer, tensors = self.layer, (self.entering.column, self._statistics, gradient)
        gamma = call("ml_batch_norm_gradient_gamma", *tensors, self._channels, layer.epsilon)
        beta = call("ml_batch_norm_gradient_beta", gradient, self._channels)
        return {f"{layer.name}.gamma": gamma, f"{layer.name}.beta": beta}

    def input_gradient(self, gradient: str) -> str:
        """Return the call for the gradient with respect to the input, statistics included."""
        gamma, beta = f"{self.layer.name}.gamma", f"{self.layer.name}.beta"
        gradients = (gradient_column(gamma), gradient_column(beta), gradient)
        tensors = (self.entering.column, self._statistics, weight_column(gamma), *gradients)
        numbers = (self._channels, self.layer.epsilon)
        return call("ml_batch_norm_gradient_input", *tensors, *numbers)

    @property
    def _statistics(self) -> str:
        return f"statistics_{self.number}"

    @property
    def _channels(self) -> int:
        return self.entering.shape[-1]
