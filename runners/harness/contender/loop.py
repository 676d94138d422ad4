"""The epoch as a loop over batches, for contenders whose framework brings no loop of its own."""

from __future__ import annotations

from collections.abc import Callable

from runners.harness.contender.network import Epoch, EpochMetrics, FloatArray, TargetArray

Step = Callable[[FloatArray, TargetArray], tuple[float, int | None]]
"""Takes a batch; returns its mean loss before the update and how many of it were right.

The number is None where there are no classes.
"""


def epoch_by_steps(step: Step, epoch: Epoch) -> EpochMetrics:
    """Run `step` on every batch; return loss and accuracy over the epoch's samples."""
    loss_sum, done = 0.0, 0
    hits: list[int] = []
    for inputs, targets in epoch.batches():
        loss, correct = step(inputs, targets)
        done += len(targets)
        loss_sum += loss * len(targets)
        if correct is not None:
            hits.append(correct)
        epoch.on_batch(done)
    return EpochMetrics(loss_sum / done, sum(hits) / done if hits else None)
