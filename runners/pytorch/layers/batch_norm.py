"""Batch normalisation as the contract has it: torch's, but for the variance that it remembers."""

import torch
from torch import nn
from torch.nn.functional import batch_norm

from contract.layers import Shape
from contract.layers.batch_norm import BatchNorm
from runners.pytorch.layers.base import Norm, make_module


class BiasedBatchNorm(nn.Module):
    """Batch norm over axis 1 of (batch, C, …), whose moving variance takes the biased one.

    torch normalises by the mean of squares too, but remembers it with Bessel's correction.
    """

    moving_mean: torch.Tensor
    moving_variance: torch.Tensor

    def __init__(self, channels: int, momentum: float, epsilon: float) -> None:
        super().__init__()
        self.gamma = nn.Parameter(torch.ones(channels))
        self.beta = nn.Parameter(torch.zeros(channels))
        self.register_buffer("moving_mean", torch.zeros(channels))
        self.register_buffer("moving_variance", torch.ones(channels))
        self._momentum = momentum
        self._epsilon = epsilon

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        """Normalise a batch; in training, by its own moments, which the moving ones follow."""
        weights, epsilon = (self.gamma, self.beta), self._epsilon
        if not self.training:
            return batch_norm(inputs, self.moving_mean, self.moving_variance, *weights, eps=epsilon)
        moved = self.moving_variance.clone()
        # Not batch_norm: that refuses a batch with one value per channel.
        outputs = torch.batch_norm(
            inputs, *weights, self.moving_mean, moved, True, 1 - self._momentum, epsilon, True
        )
        self._follow(moved, inputs.numel() // inputs.shape[1])
        return outputs

    def _follow(self, moved: torch.Tensor, count: int) -> None:
        """Move the variance to where torch moved its own, less the correction by n / (n − 1).

        This costs a few operations on C numbers, and no second look at the batch.
        """
        self.moving_variance.mul_(self._momentum)
        if count > 1:  # one value has the variance 0, which torch's correction makes 0/0
            self.moving_variance.lerp_(moved, 1 - 1 / count)


def biased_norm(layer: BatchNorm, shape: Shape) -> nn.Module:
    """Return a batch norm as the contract has it."""
    return BiasedBatchNorm(shape[-1], layer.momentum, layer.epsilon)


@make_module.register
def make_norm(layer: BatchNorm, shape: Shape, norm: Norm) -> nn.Module:
    """As the network asks for it: the contract's, or torch's own."""
    return norm(layer, shape)
