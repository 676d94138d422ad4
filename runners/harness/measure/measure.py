"""Training, evaluation and prediction, timed the same way for every contender."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from contract.evidence import DIVERGED
from contract.job import JobSpec
from contract.metrics import EpochRecord
from contract.model import Model
from contract.training import Loss
from runners.harness.contender.network import (
    Batch,
    Epoch,
    EpochMetrics,
    FloatArray,
    IntArray,
    Network,
    TargetArray,
)
from runners.harness.errors import RunnerError
from runners.harness.events import EventLog
from runners.harness.instruments.memory_sampler import peak_memory_during
from runners.harness.instruments.meter import Reason
from runners.harness.measure.stopwatch import Stopwatch
from runners.harness.reference.losses import LOSSES

_EVALUATION_BATCH = 1000
_EVALUATION_BYTES = 128 << 20
"""What the widest tensor of an evaluation may take: memory is bounded, no batch runs short."""

ConfusionMatrix = tuple[tuple[int, ...], ...]


@dataclass
class TrainingRecord:
    """What training showed."""

    history: list[EpochRecord] = field(default_factory=list)
    training: Stopwatch = field(default_factory=Stopwatch)
    """Wall and processor time of training alone."""
    evaluation: EvaluationRecord = field(init=False)
    """The evaluation after the last epoch."""


@dataclass(frozen=True)
class EvaluationRecord:
    """What the network does on the test set."""

    seconds: float
    loss: float
    outputs: FloatArray
    """(test samples, outputs), as the contender gave them."""
    accuracy: float | None
    """None where there are no classes, as the next."""
    confusion_matrix: ConfusionMatrix | None


@dataclass(frozen=True)
class PredictionRecord:
    """How long predictions take, and the memory they need."""

    first_seconds: float
    seconds: tuple[float, ...]
    peak_memory_bytes: int | Reason


def train(
    network: Network, job: JobSpec, training: Batch, test: Batch, events: EventLog
) -> TrainingRecord:
    """Train for the job's epochs; evaluate after each, outside the training time.

    Every contender sees the same samples in the same order: a permutation drawn from the job's seed
    and the epoch.

    Raises:
        RunnerError: a loss is no longer a finite number.
    """
    inputs, targets = training
    record = TrainingRecord()
    reported: list[EpochMetrics] = []
    total = job.epochs * len(targets)
    evaluation_batch = evaluation_batch_size(job.model)

    def epochs() -> Iterator[Epoch]:
        for epoch in range(1, job.epochs + 1):
            generator = np.random.Generator(np.random.PCG64([job.seed, epoch]))
            order = generator.permutation(len(targets))

            def on_batch(done: int, done_before: int = (epoch - 1) * len(targets)) -> None:
                events.progress("train", done_before + done, total)

            with Stopwatch() as watch:
                yield Epoch(inputs, targets, order, job.training.batch_size, on_batch)
            record.training.add(watch)
            seen = reported[epoch - 1]
            found = evaluate(network, *test, job.training.loss, evaluation_batch)
            if not all(abs(loss) < DIVERGED for loss in (seen.loss, found.loss)):
                cause = f"training diverged in epoch {epoch}: the loss is no longer a finite number"
                raise RunnerError(cause, "lower the study's learning_rate")
            record.evaluation = found
            shown = EpochRecord(
                epoch=epoch,
                seconds=watch.wall_seconds,
                train_loss=seen.loss,
                train_accuracy=seen.accuracy,
                test_loss=found.loss,
                test_accuracy=found.accuracy,
            )
            record.history.append(shown)
            events.epoch(shown, job.epochs)

    network.train(epochs(), job.epochs, reported.append)
    return record


def evaluation_batch_size(model: Model) -> int:
    """Return how many samples are evaluated at a time."""
    return min(samples_within(model, _EVALUATION_BYTES), _EVALUATION_BATCH)


def samples_within(model: Model, most_bytes: int) -> int:
    """Return the largest batch, of one sample at least, whose widest tensor takes no more."""
    widest_bytes = 4 * max(math.prod(shape) for _, shape in model.steps())
    return max(most_bytes // widest_bytes, 1)


def evaluate(
    network: Network, inputs: FloatArray, targets: TargetArray, loss: Loss, batch_size: int
) -> EvaluationRecord:
    """Predict the test set; judge the outputs in float64, alike for all contenders.

    Accuracy is the trace of the confusion matrix over the samples (S5, section on metrics).
    """
    with Stopwatch() as watch:
        starts = range(0, len(inputs), batch_size)
        outputs = np.concatenate(
            [network.predict(inputs[start : start + batch_size]) for start in starts]
        )
        widened = outputs.astype(np.float64)
        found_loss, _ = LOSSES[loss](widened, targets)
        accuracy, confusion = _judge_classes(widened, targets, loss)
    return EvaluationRecord(watch.wall_seconds, found_loss, outputs, accuracy, confusion)


def loss_of_the_mean(training: TargetArray, test: TargetArray) -> float:
    """Return the mean squared error, over test targets, of always answering the training mean."""
    mean = training.astype(np.float64).mean(axis=0)
    return float(np.mean((test.astype(np.float64) - mean) ** 2))


def _judge_classes(
    logits: FloatArray, targets: TargetArray, loss: Loss
) -> tuple[float | None, ConfusionMatrix | None]:
    """Return accuracy and confusion matrix; nothing where the task has no classes."""
    if loss != "softmax_cross_entropy":
        return None, None
    counts = confusion_matrix(logits, targets.astype(np.int64))
    rows = tuple(tuple(int(count) for count in row) for row in counts)
    return float(np.trace(counts)) / len(targets), rows


def confusion_matrix(logits: FloatArray, labels: IntArray) -> IntArray:
    """Count samples by true class (row) and predicted class (column)."""
    classes = logits.shape[1]
    counts = np.zeros((classes, classes), dtype=np.int64)
    np.add.at(counts, (labels, logits.argmax(axis=1)), 1)
    return counts


def predict(network: Network, job: JobSpec, inputs: FloatArray) -> PredictionRecord:
    """Time predictions of one batch, the first call apart; then watch the memory of a few more."""
    with Stopwatch() as first:
        network.predict(inputs)
    seconds = []
    for _ in range(job.predict_repeats):
        with Stopwatch() as watch:
            network.predict(inputs)
        seconds.append(watch.wall_seconds)

    def predict_again() -> None:
        for _ in range(job.predict_repeats):
            network.predict(inputs)

    return PredictionRecord(first.wall_seconds, tuple(seconds), peak_memory_during(predict_again))


def predict_for(network: Network, inputs: FloatArray, least_seconds: float) -> None:
    """Predict over and over, for as long as a sampler needs to see what that uses."""
    end = time.perf_counter() + least_seconds
    while time.perf_counter() < end:
        network.predict(inputs)
