"""The contract's losses, and the defect that torch's broadcasting admits."""

import warnings
from collections.abc import Callable, Mapping

import torch
from torch.nn.functional import cross_entropy, mse_loss

from contract.training import Loss, Training
from runners.harness.errors import RunnerError

LossFunction = Callable[[torch.Tensor, torch.Tensor], torch.Tensor]
"""Maps outputs (batch, outputs) and targets to the mean loss, a scalar."""

_LOSSES: Mapping[Loss, LossFunction] = {
    "softmax_cross_entropy": cross_entropy,
    "mean_squared_error": mse_loss,
}


def make_loss(training: Training) -> LossFunction:
    """Return the loss, with its defect where the training asks for one.

    Raises:
        RunnerError: the loss has no targets that the defect could broadcast.
    """
    if training.defect is None:
        return _LOSSES[training.loss]
    if training.loss != "mean_squared_error":
        raise RunnerError(
            f"the defect {training.defect!r} needs targets that are numbers, not classes",
            "give the study's workload the loss mean_squared_error, or take the defect out",
        )
    # torch warns of this very mistake. Here it is made on purpose, and the report says so.
    warnings.filterwarnings("ignore", "Using a target size", UserWarning)
    return _broadcast_targets


def _broadcast_targets(outputs: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
    """Hold (batch, 1) outputs against (batch,) targets: every output meets every target."""
    return mse_loss(outputs, targets.squeeze(1))
