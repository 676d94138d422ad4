"""Training, evaluation and prediction, timed the same way for every contender."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from contract.job import JobSpec
from contract.result import EpochRecord
from runners.harness.contender import FloatArray, IntArray, Network
from runners.harness.events import EventLog
from runners.harness.memory_sampler import peak_memory_during
from runners.harness.meters import Stopwatch
from runners.harness.reference_losses import softmax_cross_entropy

_EVALUATION_BATCH = 1000


@dataclass
class TrainingRecord:
    """What training showed."""

    history: list[EpochRecord] = field(default_factory=list)
    training: Stopwatch = field(default_factory=Stopwatch)
    """Wall and processor time of training alone."""
    evaluation: EvaluationRecord | None = None
    """The evaluation after the last epoch."""


@dataclass(frozen=True)
class EvaluationRecord:
    """What the network does on the test set."""

    seconds: float
    loss: float
    accuracy: float
    confusion_matrix: tuple[tuple[int, ...], ...]


@dataclass(frozen=True)
class PredictionRecord:
    """How long predictions take, and the memory they need."""

    first_seconds: float
    seconds: tuple[float, ...]
    peak_memory_bytes: int


def train(
    network: Network,
    job: JobSpec,
    training: tuple[FloatArray, IntArray],
    test: tuple[FloatArray, IntArray],
    events: EventLog,
) -> TrainingRecord:
    """Train for the job's epochs; evaluate after each, outside the training time.

    Every contender sees the same samples in the same order: a permutation drawn from the job's seed
    and the epoch.
    """
    inputs, labels = training
    record = TrainingRecord()
    for epoch in range(1, job.epochs + 1):
        order = np.random.Generator(np.random.PCG64([job.seed, epoch])).permutation(len(labels))
        done_before = (epoch - 1) * len(labels)
        total = job.epochs * len(labels)

        def on_batch(done: int, done_before: int = done_before, total: int = total) -> None:
            events.progress("train", done_before + done, total)

        watch = Stopwatch()
        with watch:
            seen = network.train_epoch(inputs, labels, order, job.training.batch_size, on_batch)
        record.training.add(watch)
        record.evaluation = evaluate(network, *test)
        record.history.append(
            EpochRecord(
                epoch=epoch,
                seconds=watch.wall_seconds,
                train_loss=seen.loss,
                train_accuracy=seen.accuracy,
                test_loss=record.evaluation.loss,
                test_accuracy=record.evaluation.accuracy,
            )
        )
        events.epoch(epoch, job.epochs, watch.wall_seconds, seen.loss, record.evaluation.accuracy)
    return record


def evaluate(network: Network, inputs: FloatArray, labels: IntArray) -> EvaluationRecord:
    """Predict the test set; judge the logits in float64, alike for all contenders.

    Accuracy is the trace of the confusion matrix over the samples (S5, section on metrics).
    """
    watch = Stopwatch()
    with watch:
        logits = np.concatenate(
            [
                network.predict(inputs[start : start + _EVALUATION_BATCH])
                for start in range(0, len(inputs), _EVALUATION_BATCH)
            ]
        ).astype(np.float64)
        confusion = confusion_matrix(logits, labels)
        loss, _ = softmax_cross_entropy(logits, labels)
    return EvaluationRecord(
        seconds=watch.wall_seconds,
        loss=loss,
        accuracy=float(np.trace(confusion)) / len(labels),
        confusion_matrix=tuple(tuple(int(count) for count in row) for row in confusion),
    )


def confusion_matrix(logits: FloatArray, labels: IntArray) -> IntArray:
    """Count samples by true class (row) and predicted class (column)."""
    classes = logits.shape[1]
    counts = np.zeros((classes, classes), dtype=np.int64)
    np.add.at(counts, (labels, logits.argmax(axis=1)), 1)
    return counts


def predict(network: Network, job: JobSpec, inputs: FloatArray) -> PredictionRecord:
    """Time predictions of one batch, the first call apart; then watch the memory of a few more."""
    first = Stopwatch()
    with first:
        network.predict(inputs)
    seconds = []
    for _ in range(job.predict_repeats):
        watch = Stopwatch()
        with watch:
            network.predict(inputs)
        seconds.append(watch.wall_seconds)

    def predict_again() -> None:
        for _ in range(job.predict_repeats):
            network.predict(inputs)

    return PredictionRecord(first.wall_seconds, tuple(seconds), peak_memory_during(predict_again))
