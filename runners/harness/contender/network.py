"""A network as every contender has to provide it."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from contract.base import Precision

FloatArray = NDArray[np.floating[Any]]

IntArray = NDArray[np.integer[Any]]

TargetArray = IntArray | FloatArray
"""Classes of a classification, numbers of a regression; which, the training's loss says."""

Batch = tuple[FloatArray, TargetArray]
"""Inputs and targets of the same samples."""

Weights = dict[str, FloatArray]
"""Arrays by name: in the order of `Model.weight_shapes()`, then that of `Model.state_shapes()`."""


def in_precision(batch: Batch, precision: Precision) -> Batch:
    """Return inputs, and the targets of a regression, in `precision`; classes stay integers."""
    inputs, targets = batch
    is_regression = np.issubdtype(targets.dtype, np.floating)
    return inputs.astype(precision), targets.astype(precision) if is_regression else targets


@dataclass(frozen=True, eq=False)
class Epoch:
    """The samples of one epoch, and how to go through them."""

    inputs: FloatArray
    """(samples, …)."""
    targets: TargetArray
    """(samples,) or (samples, outputs)."""
    order: IntArray
    """Numbers of the samples, in the order in which they are to be taken."""
    batch_size: int
    on_batch: Callable[[int], None]
    """Called after every batch with the number of samples done so far."""

    def batches(self) -> Iterator[Batch]:
        """Yield the samples in order, `batch_size` at a time; the last batch may be smaller."""
        for start in range(0, len(self.order), self.batch_size):
            chosen = self.order[start : start + self.batch_size]
            yield self.inputs[chosen], self.targets[chosen]


@dataclass(frozen=True)
class EpochMetrics:
    """What training itself saw during one epoch."""

    loss: float
    """Mean over the epoch's samples, each taken before its batch's update."""
    accuracy: float | None
    """Share of samples classified right, likewise; None where the task has no classes."""


class Network(ABC):
    """A network on one device, in one precision, with its optimizer's state."""

    @abstractmethod
    def predict(self, inputs: FloatArray) -> FloatArray:
        """Return the outputs (batch, outputs) in evaluation mode, computed when this returns."""

    @abstractmethod
    def gradients(self, inputs: FloatArray, targets: TargetArray) -> tuple[float, Weights]:
        """Return the mean loss in training mode and its gradient with respect to every weight.

        States have no gradient. Changes nothing: no weight, no moving average.
        """

    @abstractmethod
    def train_step(self, inputs: FloatArray, targets: TargetArray) -> float:
        """Take one optimizer step on one batch; return its mean loss before the update."""

    @abstractmethod
    def train_epoch(self, epoch: Epoch) -> EpochMetrics:
        """Take one step per batch of the epoch; the last batch may be smaller.

        A network of the published protocol brings its own loader, and takes the samples in an order
        of its own. All device work is finished when this returns.
        """

    def train(
        self,
        epochs: Iterator[Epoch],
        count: int,  # noqa: ARG002 (asked for by the loops of frameworks that bring one)
        report: Callable[[EpochMetrics], None],
    ) -> None:
        """Train for all epochs, `count` of them; overridden where a framework loops over epochs.

        The clock of an epoch starts as it is handed out and stops as the next one is asked for. So
        each epoch is trained on, its device work finished, and its metrics reported, before the
        next one is asked for, until there is none.
        """
        for epoch in epochs:
            report(self.train_epoch(epoch))

    @abstractmethod
    def weights(self) -> Weights:
        """Return copies of the current weights and states in the canonical layout."""

    def close(self) -> None:
        """Free what the network holds outside Python's memory."""
        return


class SteppingNetwork(Network):
    """A network whose framework brings no loop of its own: an epoch is one step after the other."""

    @abstractmethod
    def step(self, inputs: FloatArray, targets: TargetArray) -> tuple[float, int | None]:
        """Take one step; return the batch's mean loss before it, and how many of it were right.

        The number is None where there are no classes.
        """

    def train_step(self, inputs: FloatArray, targets: TargetArray) -> float:
        """Take one step; return the loss before it."""
        return self.step(inputs, targets)[0]

    def train_epoch(self, epoch: Epoch) -> EpochMetrics:
        """Take one step per batch; return loss and accuracy over the epoch's samples."""
        loss_sum, done = 0.0, 0
        hits: list[int] = []
        for inputs, targets in epoch.batches():
            loss, correct = self.step(inputs, targets)
            done += len(targets)
            loss_sum += loss * len(targets)
            if correct is not None:
                hits.append(correct)
            epoch.on_batch(done)
        return EpochMetrics(loss_sum / done, sum(hits) / done if hits else None)
