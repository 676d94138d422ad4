"""The epoch as a loop over batches, for contenders whose framework brings no loop of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from runners.harness.contender.network import EpochMetrics, FloatArray, IntArray, TargetArray

Step = Callable[[FloatArray, TargetArray], tuple[float, int | None]]
"""Takes a batch; returns its mean loss before the update and how many of it were right.

The number is None where there are no classes.
"""


def batches(
    inputs: FloatArray, targets: TargetArray, order: IntArray, batch_size: int
) -> Iterator[tuple[FloatArray, TargetArray]]:
    """Yield the samples in `order`, `batch_size` at a time; the last batch may be smaller."""
    for start in range(0, len(order), batch_size):
        chosen = order[start : start + batch_size]
        yield inputs[chosen], targets[chosen]


def epoch_by_steps(
    step: Step,
    inputs: FloatArray,
    targets: TargetArray,
    order: IntArray,
    batch_size: int,
    on_batch: Callable[[int], None],
) -> EpochMetrics:
    """Run `step` on every batch; return loss and accuracy over the epoch's samples."""
    loss_sum, done = 0.0, 0
    hits: list[int] = []
    for batch_inputs, batch_targets in batches(inputs, targets, order, batch_size):
        loss, correct = step(batch_inputs, batch_targets)
        done += len(batch_targets)
        loss_sum += loss * len(batch_targets)
        if correct is not None:
            hits.append(correct)
        on_batch(done)
    return EpochMetrics(loss_sum / done, sum(hits) / done if hits else None)
