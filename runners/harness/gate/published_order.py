"""The orders that a published loop takes the samples in: each shuffled, and each another one.

Known is which samples each batch had. Of 201 samples in batches of 16, shuffled, 15 share their
batch with the sample that lies a given distance before them in the array, and 108 pairs that share
a batch in one epoch share one in another. The limits are many deviations off: no shuffle in 10¹⁰
passes any of them.
"""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from runners.harness.gate.published_epochs import Fault

Batches = NDArray[np.int64]
"""The number of the batch of each sample."""

_MOST_AT_ONE_DISTANCE = 60
"""Of 201; 15 in the mean, with a standard deviation of 4."""
_MOST_CORRELATION = 0.5
"""Of batch and place in the array; the standard deviation is 0.07."""
_MOST_PAIRS_AGAIN = 300
"""Of 1,476; 108 in the mean, with a standard deviation of 10."""


def order_faults(orders: Sequence[Batches], *, may_repeat: bool) -> Iterator[Fault]:
    """Yield what is wrong with the orders of the epochs.

    Args:
        orders: One an epoch, of 201 samples in batches of 16.
        may_repeat: Whether the framework is known to take the same order in every epoch.
    """
    for number, batches in enumerate(orders, start=1):
        place = f"order of epoch {number}"
        if _is_sorted(batches):
            yield Fault(place, "it is the array's: nothing is shuffled")
        elif _most_at_one_distance(batches) > _MOST_AT_ONE_DISTANCE:
            yield Fault(place, "what lies evenly spaced in the array is in one batch: no shuffle")
        elif abs(_correlation(batches)) > _MOST_CORRELATION:
            yield Fault(place, "what comes early in the array comes early: no full shuffle")
        elif not may_repeat:
            for before, other in enumerate(orders[: number - 1], start=1):
                if _pairs_again(batches, other) > _MOST_PAIRS_AGAIN:
                    yield Fault(place, f"its batches are those of epoch {before}")
                    break


def _is_sorted(batches: Batches) -> bool:
    return bool(np.all(np.diff(batches) >= 0))


def _most_at_one_distance(batches: Batches) -> int:
    """Return how many samples share a batch with the one before them, at the worst distance."""
    distances = range(1, len(batches) // 2 + 1)
    return max(int((batches == np.roll(batches, distance)).sum()) for distance in distances)


def _correlation(batches: Batches) -> float:
    return float(np.corrcoef(batches, np.arange(len(batches)))[0, 1])


def _pairs_again(one: Batches, other: Batches) -> int:
    """Return how many pairs of samples share a batch in both epochs."""
    _, counts = np.unique(np.stack((one, other)), axis=1, return_counts=True)
    return int((counts * (counts - 1) // 2).sum())
