"""The mistakes themselves: what users of every framework get wrong, made on a sound batch."""

import math
import resource
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from contract.job import JobSpec
from contract.model import Model
from contract.outcomes import MistakeKind
from runners.harness.contender.network import FloatArray, Network, TargetArray

ROOM_BYTES = 128 * 2**20
"""Memory that may still be had when the batch that is too large comes."""
_EXTRA_CLASS = 7


@dataclass(frozen=True)
class MistakeBatch:
    """A sound batch, and the job that it belongs to."""

    job: JobSpec
    inputs: FloatArray
    targets: TargetArray

    def generator(self) -> np.random.Generator:
        """Return where chance comes from: the job's seed."""
        return np.random.Generator(np.random.PCG64(self.job.seed))


def wrong_shape(model: Model) -> tuple[int, ...]:
    """Return a sample's shape with every axis more than twice as long, channels aside.

    A few pixels more would be lost in the rounding of the pools, and no mistake at all.
    """
    longer = tuple(2 * length + 1 for length in model.input_shape[:2])
    return (*longer, *model.input_shape[2:])


def wrong_class(model: Model) -> int:
    """Return a class well beyond the last, so that it is no other number of the network."""
    return model.output_shape[0] + _EXTRA_CLASS


def too_many_samples(model: Model) -> int:
    """Return how many samples it takes for the network's widest tensor to need twice the room."""
    widest = max(math.prod(layer.output_shape(shape)) for layer, shape in model.steps())
    return math.ceil(2 * ROOM_BYTES / (widest * np.dtype(np.float32).itemsize))


def _give_wrong_shape(network: Network, batch: MistakeBatch) -> None:
    """Give samples of another size than the network was built for."""
    shape = (len(batch.inputs), *wrong_shape(batch.job.model))
    network.train_step(np.zeros(shape, np.float32), batch.targets)


def _give_wrong_dtype(network: Network, batch: MistakeBatch) -> None:
    """Give bytes where numbers from 0 to 1 belong: images as they lie in their files."""
    as_in_files: Any = batch.generator().integers(0, 256, batch.inputs.shape, dtype=np.uint8)
    network.train_step(as_in_files, batch.targets)


def _give_nan(network: Network, batch: MistakeBatch) -> None:
    """Give one number that is none."""
    inputs = batch.inputs.copy()
    inputs.flat[batch.generator().integers(inputs.size)] = np.nan
    network.train_step(inputs, batch.targets)


def _give_wrong_class(network: Network, batch: MistakeBatch) -> None:
    """Give one label that the network has no output for."""
    targets = batch.targets.copy()
    targets[batch.generator().integers(len(targets))] = wrong_class(batch.job.model)
    network.train_step(batch.inputs, targets)


def _give_too_many_samples(network: Network, batch: MistakeBatch) -> None:
    """Take away all memory but a little, and ask for more than that."""
    samples = too_many_samples(batch.job.model)
    inputs = np.zeros((samples, *batch.job.model.input_shape), np.float32)  # pages never touched
    targets = batch.targets[np.arange(samples) % len(batch.targets)]
    network.train_step(batch.inputs, batch.targets)  # threads and pools come while they can
    with _memory_limited(ROOM_BYTES):
        network.train_step(inputs, targets)


MISTAKES: Mapping[MistakeKind, Callable[[Network, MistakeBatch], None]] = {
    "wrong_shape": _give_wrong_shape,
    "wrong_dtype": _give_wrong_dtype,
    "nan_input": _give_nan,
    "wrong_class_count": _give_wrong_class,
    "out_of_memory_batch": _give_too_many_samples,
}
"""In the order in which they are made: the last one leaves a process that nothing else suits."""


def possible(job: JobSpec) -> tuple[MistakeKind, ...]:
    """Return the mistakes that a job admits.

    A regression has no classes. A GPU's memory has no limit that a process could lower for itself,
    and to exhaust it in earnest would disturb whoever shares it.
    """
    impossible = set()
    if job.training.loss != "softmax_cross_entropy":
        impossible.add("wrong_class_count")
    if job.device != "cpu":
        impossible.add("out_of_memory_batch")
    return tuple(kind for kind in MISTAKES if kind not in impossible)


@contextmanager
def _memory_limited(room_bytes: int) -> Iterator[None]:
    """Limit this process to the memory that it has, and `room_bytes` more."""
    status = Path("/proc/self/status").read_text().splitlines()
    held_kib = next(int(line.split()[1]) for line in status if line.startswith("VmData:"))
    soft, hard = resource.getrlimit(resource.RLIMIT_DATA)
    resource.setrlimit(resource.RLIMIT_DATA, (held_kib * 1024 + room_bytes, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_DATA, (soft, hard))
