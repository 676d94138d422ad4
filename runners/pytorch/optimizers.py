"""The contract's optimizers as `torch.optim` ones; both put weight decay into the gradient."""

import math
from collections.abc import Iterable
from typing import Any

import torch

from contract.training import Adam, Momentum, Optimizer


class EpsilonHatAdam(torch.optim.Adam):
    """torch's Adam with ε on the uncorrected root, where the contract has it.

    torch divides by √(v/(1−β₂ᵗ)) + ε. With ε/√(1−β₂ᵗ) in the place of ε, set anew for every step,
    that is the contract's √v + ε over √(1−β₂ᵗ).
    """

    def __init__(self, parameters: Iterable[torch.Tensor], adam: Adam) -> None:
        super().__init__(
            parameters,
            lr=adam.learning_rate,
            betas=(adam.beta_1, adam.beta_2),
            eps=adam.epsilon,
            weight_decay=adam.weight_decay,
            fused=True,  # one pass over the weights; torch's loop of ten takes up to 10 % of a step
        )
        self._adam = adam
        self._steps_taken = 0

    def step(self, closure: Any = None) -> Any:
        """Take one step."""
        self._steps_taken += 1
        correction = math.sqrt(1 - self._adam.beta_2**self._steps_taken)
        for group in self.param_groups:
            group["eps"] = self._adam.epsilon / correction
        return super().step(closure)


def make_optimizer(
    optimizer: Optimizer, parameters: Iterable[torch.Tensor]
) -> torch.optim.Optimizer:
    """Return the optimizer over `parameters`, as the contract defines it."""
    if isinstance(optimizer, Adam):
        return EpsilonHatAdam(parameters, optimizer)
    return make_published_optimizer(optimizer, parameters)


def make_published_optimizer(
    optimizer: Optimizer, parameters: Iterable[torch.Tensor]
) -> torch.optim.Optimizer:
    """Return the optimizer over `parameters`, with torch's own β and ε."""
    if isinstance(optimizer, Adam):
        return torch.optim.Adam(
            parameters, lr=optimizer.learning_rate, weight_decay=optimizer.weight_decay
        )
    return torch.optim.SGD(
        parameters,
        lr=optimizer.learning_rate,
        momentum=optimizer.momentum if isinstance(optimizer, Momentum) else 0,
        weight_decay=optimizer.weight_decay,
    )
