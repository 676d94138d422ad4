"""The epoch as a loop over batches, for contenders whose framework brings no loop of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from runners.harness.contender import EpochMetrics, FloatArray, IntArray

Step = Callable[[FloatArray, IntArray], tuple[float, int]]
"""Takes a batch; returns its mean loss before the update and how many of it were right."""


def batches(
    inputs: FloatArray, labels: IntArray, order: IntArray, batch_size: int
) -> Iterator[tuple[FloatArray, IntArray]]:
    """Yield the samples in `order`, `batch_size` at a time; the last batch may be smaller."""
    for start in range(0, len(order), batch_size):
        chosen = order[start : start + batch_size]
        yield inputs[chosen], labels[chosen]


def epoch_by_steps(
    step: Step,
    inputs: FloatArray,
    labels: IntArray,
    order: IntArray,
    batch_size: int,
    on_batch: Callable[[int], None],
) -> EpochMetrics:
    """Run `step` on every batch; return loss and accuracy over the epoch's samples."""
    loss_sum, correct_sum, done = 0.0, 0, 0
    for batch_inputs, batch_labels in batches(inputs, labels, order, batch_size):
        loss, correct = step(batch_inputs, batch_labels)
        done += len(batch_labels)
        loss_sum += loss * len(batch_labels)
        correct_sum += correct
        on_batch(done)
    return EpochMetrics(loss_sum / done, correct_sum / done)
