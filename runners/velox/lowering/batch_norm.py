"""Batch normalisation: by the batch's statistics in training, by their averages in evaluation."""

from __future__ import annotations

from contract.layers import BatchNorm
from runners.velox.columns import gradient_column, state_column, weight_column
from runners.velox.lowering.base import LayerCalls, Passage, arguments


class BatchNormCalls(LayerCalls[BatchNorm]):
    """`ml_batch_norm`, its gradients and its moving averages.

    Statistics are one tensor, means before variances, like the layer's states.
    """

    def statistics(self, passage: Passage[BatchNorm]) -> dict[str, str]:
        """Return the call for the batch's means and variances."""
        images = arguments(passage.entering.column, _channels(passage))
        return {_statistics_column(passage): f"ml_batch_norm_statistics({images})"}

    def forward(self, passage: Passage[BatchNorm]) -> str:
        """Return the call that normalises by the batch."""
        return _normalise(passage, _statistics_column(passage))

    def evaluate(self, passage: Passage[BatchNorm]) -> str:
        """Return the call that normalises by the moving averages."""
        return _normalise(passage, state_column(passage.layer.name))

    def new_state(self, passage: Passage[BatchNorm]) -> dict[str, str]:
        """Return the call that moves the averages towards the batch's statistics."""
        state = state_column(passage.layer.name)
        tensors = (state, _statistics_column(passage))
        return {state: f"ml_moving_average({arguments(*tensors, passage.layer.momentum)})"}

    def weight_gradients(self, passage: Passage[BatchNorm], gradient: str) -> dict[str, str]:
        """Return the calls for gamma and beta."""
        layer, channels = passage.layer, _channels(passage)
        tensors = (passage.entering.column, _statistics_column(passage), gradient)
        gamma = arguments(*tensors, channels, layer.epsilon)
        return {
            f"{layer.name}.gamma": f"ml_batch_norm_gradient_gamma({gamma})",
            f"{layer.name}.beta": f"ml_batch_norm_gradient_beta({gradient}, {channels})",
        }

    def input_gradient(self, passage: Passage[BatchNorm], gradient: str) -> str:
        """Return the call for the gradient by the input, statistics included."""
        layer = passage.layer
        tensors = (
            passage.entering.column,
            _statistics_column(passage),
            weight_column(f"{layer.name}.gamma"),
            gradient_column(f"{layer.name}.gamma"),
            gradient_column(f"{layer.name}.beta"),
            gradient,
        )
        numbers = (_channels(passage), layer.epsilon)
        return f"ml_batch_norm_gradient_input({arguments(*tensors, *numbers)})"


def _normalise(passage: Passage[BatchNorm], statistics: str) -> str:
    layer = passage.layer
    weights = (weight_column(f"{layer.name}.{part}") for part in ("gamma", "beta"))
    numbers = (_channels(passage), layer.epsilon)
    return f"ml_batch_norm({arguments(passage.entering.column, statistics, *weights, *numbers)})"


def _statistics_column(passage: Passage[BatchNorm]) -> str:
    return f"statistics_{passage.number}"


def _channels(passage: Passage[BatchNorm]) -> int:
    return passage.entering.shape[-1]
