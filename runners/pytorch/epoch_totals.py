"""What an epoch adds up, batch by batch."""

from __future__ import annotations

from collections.abc import Callable

import torch

from runners.harness.contender.network import EpochMetrics

ReadScalar = Callable[[torch.Tensor], torch.Tensor | float]
"""Takes a scalar tensor to what is added up."""


class EpochTotals:
    """Sums of loss and right answers over an epoch's samples."""

    def __init__(self, counts_right: bool, read: ReadScalar) -> None:
        """Start at zero.

        Args:
            counts_right: The outputs are those of classes.
            read: `torch.Tensor.item` waits for the device and takes the number; a function that
                returns the tensor leaves it there, so that no step waits.
        """
        self.samples = 0
        self._counts_right = counts_right
        self._read = read
        self._loss_sum: torch.Tensor | float = 0.0
        self._right_sum: torch.Tensor | float = 0

    def add(self, loss: torch.Tensor, outputs: torch.Tensor, targets: torch.Tensor) -> None:
        """Add a batch's mean loss and outputs."""
        self.samples += len(targets)
        self._loss_sum += self._read(loss.double()) * len(targets)
        if self._counts_right:
            self._right_sum += self._read((outputs.argmax(1) == targets).sum())

    def metrics(self) -> EpochMetrics:
        """Return the means."""
        right = float(self._right_sum) / self.samples if self._counts_right else None
        return EpochMetrics(float(self._loss_sum) / self.samples, right)
