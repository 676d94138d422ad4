"""What is no shuffle is seen in the batches alone; what is one never is."""

import numpy as np
import pytest

from runners.harness.gate.published_order import order_faults

SAMPLES, BATCH_SIZE = 201, 16
SORTED = np.arange(SAMPLES)


def batches(order):
    """Return the batch of each sample."""
    found = np.empty(SAMPLES, np.int64)
    found[order] = SORTED // BATCH_SIZE
    return found


def shuffled(seed):
    return np.random.default_rng(seed).permutation(SAMPLES)


def faults(*orders, may_repeat=False):
    return list(order_faults([batches(order) for order in orders], may_repeat=may_repeat))


def buffered(size):
    """Return the array drawn at random from a buffer that is filled from its start."""
    generator = np.random.default_rng(0)
    waiting, order = list(SORTED), []
    while waiting:
        order.append(waiting.pop(generator.integers(0, min(size, len(waiting)))))
    return np.array(order)


def in_blocks():
    """Return the array cut into batches, which are shuffled."""
    blocks = np.split(SORTED[:192], 12)
    return np.concatenate(
        [*(blocks[k] for k in np.random.default_rng(0).permutation(12)), SORTED[192:]]
    )


def test_shuffles_pass():
    for seed in range(0, 300, 5):
        assert not faults(*(shuffled(seed + epoch) for epoch in range(5)))


@pytest.mark.parametrize(
    ("order", "cause"),
    [
        (SORTED, "it is the array's: nothing is shuffled"),
        (SORTED[::-1], "one batch: no shuffle"),
        (np.roll(SORTED, 100), "one batch: no shuffle"),
        (SORTED * 25 % SAMPLES, "one batch: no shuffle"),
        (in_blocks(), "one batch: no shuffle"),
        (buffered(64), "comes early: no full shuffle"),
    ],
    ids=["sorted", "reversed", "rolled", "strided", "blocks", "small buffer"],
)
def test_what_is_no_shuffle_is_seen(order, cause):
    (fault,) = faults(shuffled(0), order, may_repeat=True)

    assert fault.place == "order of epoch 2"
    assert fault.cause.endswith(cause)


def again_in_other_batches(order):
    """Return the same batches, one after the other in another order, and shuffled themselves."""
    generator = np.random.default_rng(0)
    blocks = np.split(order[:192], 12)
    mixed = [generator.permutation(blocks[k]) for k in generator.permutation(12)]
    return np.concatenate([*mixed, order[192:]])


@pytest.mark.parametrize(
    "change",
    [lambda order: order, again_in_other_batches, lambda order: np.roll(order, 24)],
    ids=["same", "same batches", "rolled"],
)
def test_an_order_that_comes_again_is_seen(change):
    first, other = shuffled(0), shuffled(1)

    (fault,) = faults(first, other, change(first))

    assert fault == ("order of epoch 3", "its batches are those of epoch 1")
    assert not faults(first, other, change(first), may_repeat=True)
