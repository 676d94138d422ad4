"""What a contender has to offer; the harness knows frameworks by nothing else.

Arrays cross this boundary as NumPy: inputs as float32 or float64 (batch, height, width, channels)
or (batch, features); targets as int64 classes (batch,), or for a regression in the inputs' type
(batch, outputs); weights by name in the canonical layout (convolution kernels HWIO, dense kernels
inputs × units).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from contract.base import Device, Precision
from contract.layers import Shape
from contract.model import Model
from contract.training import Training

FloatArray = NDArray[np.floating[Any]]
IntArray = NDArray[np.integer[Any]]
TargetArray = IntArray | FloatArray
"""Classes of a classification, numbers of a regression; which, the training's loss says."""
Weights = dict[str, FloatArray]
"""Arrays by name: in the order of `Model.weight_shapes()`, then that of `Model.state_shapes()`."""


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
        """Return the mean loss in training mode and its gradient by every weight, states aside.

        Changes nothing: no weight, no moving average.
        """

    @abstractmethod
    def train_step(self, inputs: FloatArray, targets: TargetArray) -> float:
        """Take one optimizer step on one batch; return its mean loss before the update."""

    @abstractmethod
    def train_epoch(
        self,
        inputs: FloatArray,
        targets: TargetArray,
        order: IntArray,
        batch_size: int,
        on_batch: Callable[[int], None],
    ) -> EpochMetrics:
        """Take one step per batch of `inputs[order]`; the last batch may be smaller.

        A network of the published protocol brings its own loader: it takes `inputs` in an order of
        its own, and leaves `order` aside.

        `on_batch` is called with the number of samples done so far after every batch. All device
        work is finished when this returns.
        """

    @abstractmethod
    def weights(self) -> Weights:
        """Return copies of the current weights and states in the canonical layout."""

    def close(self) -> None:
        """Free what the network holds outside Python's memory."""
        return


@dataclass(frozen=True)
class ImageTable:
    """Images as Parquet files: columns id, label and ink (int64), image (list of int16).

    Ids count the rows from 0; ink is the sum of an image's pixels, which are 0 to 255 and in the
    order (height, width, channels).
    """

    files: tuple[Path, ...]
    rows: int
    image_shape: Shape
    least_ink: int
    """Rows with less are not to be predicted."""
    drivers: int
    """Threads that may scan."""


@dataclass(frozen=True)
class Scores:
    """What `SELECT id, label, predict(image) FROM table WHERE ink >= least_ink` gives."""

    ids: IntArray
    """(selected rows,), in any order."""
    labels: IntArray
    """(selected rows,)."""
    logits: FloatArray
    """(selected rows, classes), float32."""


class Scorer(ABC):
    """A table and a network, ready to be scanned."""

    way: str
    """Who scans, who filters and who predicts; for the report."""

    @abstractmethod
    def scan(self) -> Scores:
        """Scan the whole table once."""

    def close(self) -> None:
        """Free what is held outside Python's memory."""
        return


class Contender(ABC):
    """A framework, as the harness sees it. Importing the framework belongs in `configure`."""

    precisions: tuple[Precision, ...]
    """What it can compute in; float32 always."""
    unavailable: Mapping[Precision, str]
    """The precisions it lacks, with the reason."""

    @abstractmethod
    def configure(self, device: Device, threads: int, seed: int) -> None:
        """Import the framework and size its thread pools; called once, before anything else.

        Raises RunnerError with the remedy where the device is not there.
        """

    @abstractmethod
    def thread_pools(self) -> dict[str, int]:
        """Return the size of every thread pool, asked of the framework, not remembered."""

    def gpu(self) -> str | None:
        """Return the name of the GPU in use, None on a CPU."""
        return None

    @abstractmethod
    def build(
        self, model: Model, training: Training, weights: Weights, precision: Precision
    ) -> Network:
        """Build the network from its layer list and load canonical weights and states into it.

        Raises RunnerError where the training asks for a defect that this framework does not admit.
        """

    def scorer(
        self, model: Model, training: Training, weights: Weights, table: ImageTable
    ) -> Scorer:
        """Prepare to score a table, in float32; unless overridden, pyarrow feeds the network.

        Raises RunnerError where the contender cannot.
        """
        from runners.harness.arrow_scorer import ArrowScorer

        return ArrowScorer(self.build(model, training, weights, "float32"), table)

    @abstractmethod
    def build_published(self, model: Model, training: Training, seed: int) -> Network:
        """Build the network in float32 as the framework's users do, for the published protocol.

        Layers, loss, kind of optimizer, learning rate, momentum and batch size are the study's. All
        else is the framework's own: initialisers, drawn from `seed`; the optimizer's other numbers
        and its sense of weight decay; what batch norm does unless told; loop and loader.
        """

    @property
    @abstractmethod
    def published_defaults(self) -> Mapping[str, str]:
        """Return what `build_published` leaves to the framework: topic to what it does there."""


class RunnerError(Exception):
    """A job cannot go on, for a reason that the user can act upon."""

    def __init__(self, cause: str, remedy: str) -> None:
        super().__init__(cause)
        self.cause = cause
        self.remedy = remedy
