"""Epochs that take other samples, or in another order, than they are told."""

import functools
from collections.abc import Callable, Container, Iterator
from dataclasses import replace

import numpy as np

from benchmarks.gate.planted import CONTENDERS, method, plant
from benchmarks.gate.trials import FEATURES
from runners.harness.contender.network import Epoch, EpochMetrics, IntArray, Network

TrainEpoch = Callable[[Network, Epoch], EpochMetrics]

STEPS_APART = "The weights after the epoch differ from those of the same steps taken one by one."
AT_STUDY_SIZE = (
    "One epoch in batches of the study's size ends in other weights than the reference's."
)


def plant_in_epoch(
    evidence: str = STEPS_APART,
    trial: str = FEATURES,
    only: Container[str] = CONTENDERS,
    in_tests: Container[str] = (),
) -> Callable[[Callable[[Epoch], Epoch]], Callable[[Epoch], Epoch]]:
    """Register what an epoch makes of the samples that it is given.

    Its progress is told as that of the right epoch, so that it does not give the defect away.
    """

    def register(change: Callable[[Epoch], Epoch]) -> Callable[[Epoch], Epoch]:
        @functools.wraps(change)
        def make(train_epoch: TrainEpoch) -> TrainEpoch:
            return training_on(train_epoch, lambda _network, epoch: change(epoch))

        plant("timed-epoch", method("train_epoch", only=only), trial, evidence, in_tests)(make)
        return change

    return register


def training_on(train_epoch: TrainEpoch, change: Callable[[Network, Epoch], Epoch]) -> TrainEpoch:
    """Return what trains on a changed epoch, and tells the progress of the right one."""

    def changed(network: Network, epoch: Epoch) -> EpochMetrics:
        progress = _progress(epoch)

        def on_batch(_done: int) -> None:
            for done in _next(progress):
                epoch.on_batch(done)

        metrics = train_epoch(network, replace(change(network, epoch), on_batch=on_batch))
        for done in progress:
            epoch.on_batch(done)
        return metrics

    return changed


def _progress(epoch: Epoch) -> Iterator[int]:
    """Yield the numbers of samples done after each batch."""
    for end in range(epoch.batch_size, len(epoch.order) + epoch.batch_size, epoch.batch_size):
        yield min(end, len(epoch.order))


def _next(progress: Iterator[int]) -> Iterator[int]:
    """Yield the next number, if there is one."""
    for done in progress:
        yield done
        return


def batches_of(epoch: Epoch) -> list[IntArray]:
    """Return the samples' numbers, batch by batch."""
    starts = range(0, len(epoch.order), epoch.batch_size)
    return [epoch.order[start : start + epoch.batch_size] for start in starts]


@plant_in_epoch(in_tests=("pytorch", "velox-stock"))
def epoch_ignores_its_order(epoch: Epoch) -> Epoch:
    """The epoch takes the samples as they lie in the array."""
    return replace(epoch, order=np.sort(epoch.order))


@plant_in_epoch(in_tests=("keras", "velox"))
def epoch_drops_the_last_batch(epoch: Epoch) -> Epoch:
    """The epoch leaves out the last batch, where it is smaller than the others."""
    whole = len(epoch.order) // epoch.batch_size * epoch.batch_size
    return replace(epoch, order=epoch.order[:whole])


@plant_in_epoch()
def epoch_skips_every_tenth_step(epoch: Epoch) -> Epoch:
    """Every tenth batch of the epoch takes no step."""
    taken = [batch for number, batch in enumerate(batches_of(epoch), 1) if number % 10]
    return replace(epoch, order=np.concatenate(taken))


@plant_in_epoch()
def epoch_takes_a_batch_twice(epoch: Epoch) -> Epoch:
    """The third batch is taken again in the place of the fourth."""
    batches = batches_of(epoch)
    if len(batches) > 4:
        batches[3] = batches[2]
    return replace(epoch, order=np.concatenate(batches))


@plant_in_epoch()
def epoch_takes_its_first_step_twice(epoch: Epoch) -> Epoch:
    """A first step to warm up is taken and not undone."""
    return replace(epoch, order=np.concatenate([batches_of(epoch)[0], epoch.order]))


@plant_in_epoch()
def epoch_repeats_its_first_batch(epoch: Epoch) -> Epoch:
    """A loader keeps the first batch and hands it out every time."""
    batches = batches_of(epoch)
    return replace(epoch, order=np.resize(batches[0], len(epoch.order)))


@plant_in_epoch()
def epoch_fills_up_the_last_batch(epoch: Epoch) -> Epoch:
    """A smaller last batch is filled up with the epoch's first samples."""
    missing = -len(epoch.order) % epoch.batch_size
    return replace(epoch, order=np.concatenate([epoch.order, epoch.order[:missing]]))


@plant_in_epoch()
def epoch_goes_backwards(epoch: Epoch) -> Epoch:
    """The epoch takes its batches from the last to the first."""
    return replace(epoch, order=np.concatenate(batches_of(epoch)[::-1]))


@plant_in_epoch()
def epoch_shuffles_by_itself(epoch: Epoch) -> Epoch:
    """The epoch shuffles the order that it is given once more."""
    return replace(epoch, order=np.random.default_rng(0).permutation(epoch.order))


@plant_in_epoch()
def epoch_halves_its_batches(epoch: Epoch) -> Epoch:
    """The epoch takes batches of half the size, and so twice as many steps."""
    return replace(epoch, batch_size=max(1, epoch.batch_size // 2))


@plant_in_epoch()
def epoch_doubles_its_batches(epoch: Epoch) -> Epoch:
    """The epoch takes batches of twice the size, and so half as many steps."""
    return replace(epoch, batch_size=2 * epoch.batch_size)


@plant_in_epoch(in_tests=("keras",))
def epoch_gathers_targets_in_another_order(epoch: Epoch) -> Epoch:
    """The inputs are gathered by the order, the targets as they lie in the array."""
    targets = epoch.targets.copy()
    targets[epoch.order] = epoch.targets[np.sort(epoch.order)]
    return replace(epoch, targets=targets)


@plant_in_epoch()
def epoch_halves_the_precision_of_its_inputs(epoch: Epoch) -> Epoch:
    """The inputs of an epoch are rounded to half precision on their way to the device."""
    return replace(epoch, inputs=epoch.inputs.astype(np.float16).astype(epoch.inputs.dtype))


@plant_in_epoch()
def epoch_takes_the_first_half_twice(epoch: Epoch) -> Epoch:
    """The second half of the epoch is its first half again."""
    half = (len(epoch.order) + 1) // 2
    return replace(epoch, order=np.resize(epoch.order[:half], len(epoch.order)))


@plant_in_epoch()
def epoch_stops_early(epoch: Epoch) -> Epoch:
    """The epoch ends after twelve batches, however many there are."""
    return replace(epoch, order=epoch.order[: 12 * epoch.batch_size])


@plant("timed-epoch", method("train_epoch"), FEATURES, STEPS_APART)
def epoch_keeps_its_first_order(train_epoch: TrainEpoch) -> TrainEpoch:
    """Every epoch takes the order of the network's first one."""

    def changed(network: Network, epoch: Epoch) -> EpochMetrics:
        first: IntArray = vars(network).setdefault("_first_order", epoch.order)
        order = first if len(first) == len(epoch.order) else epoch.order
        return train_epoch(network, replace(epoch, order=order))

    return changed
