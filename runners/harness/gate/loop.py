"""The epochs that loops are tried on."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from contract.layers import AnyLayer, all_layers
from contract.layers.batch_norm import BatchNorm
from contract.layers.conv2d import Conv2D
from contract.layers.dense import Dense
from contract.layers.flatten import Flatten
from contract.model import Model
from contract.training import Training
from runners.harness.contender.network import Batch, FloatArray, IntArray, TargetArray, Weights
from runners.harness.gate.calm_weights import calm_weights
from runners.harness.gate.trajectory import gentle

OWN_EPOCHS = 2
_BATCHES = 12
"""What is done at every tenth step only has been done."""
_OWN_BATCH_SIZE = 4
_DEAR_BATCHES = 2
SMALL_EPOCHS = 3
"""What begins with the second or the third has begun."""
_SMALL_BATCHES = 22
"""What is done at every fiftieth step only, or from there on, has been done in so many epochs."""
_SMALL_EPOCH = 1001
"""Samples that an epoch of the small network has at least: no count of 1,000 is enough."""
_SMALL_SAMPLES = 40_000
"""More than 16 bits number with a sign."""
_SEED = 0
_IMAGE = (6, 6)
_FEATURES = 12


@dataclass(frozen=True)
class Loop:
    """A network, and epochs to train it for."""

    name: str
    """Of the network, for people."""
    model: Model
    training: Training
    """At a gentle rate; its batch size is that of the epochs."""
    inputs: FloatArray
    """(samples, …), float32, more than an epoch has."""
    targets: TargetArray
    orders: tuple[IntArray, ...]
    """Numbers of the samples; one an epoch."""

    @property
    def batch_size(self) -> int:
        """Samples of a batch; the last of an epoch has fewer."""
        return self.training.batch_size

    def weights(self) -> Weights:
        """Return what the network starts from."""
        return calm_weights(self.model, self.batch_size, _SEED)

    def cut(self, order: IntArray) -> Iterator[IntArray]:
        """Yield the batches of an epoch; not as `Epoch` does, which is on trial too."""
        for start in range(0, len(order), self.batch_size):
            yield order[start : start + self.batch_size]

    def take(self, batch: IntArray) -> Batch:
        """Return inputs and targets of a batch."""
        return self.inputs[batch], self.targets[batch]


def own_loop(model: Model, training: Training, samples: Batch, *, is_dear: bool) -> Loop:
    """Return epochs on the study's network; one short one where every step is dear.

    Their batches are equal: for another size some frameworks make another graph, which costs more
    than all steps.
    """
    inputs, targets = samples
    batches, epochs = (_DEAR_BATCHES, 1) if is_dear else (_BATCHES, OWN_EPOCHS)
    orders = _orders(len(inputs), batches * _OWN_BATCH_SIZE, epochs)
    gently = _gently(training, model, _OWN_BATCH_SIZE)
    return Loop("the study's network", model, gently, inputs, targets, orders)


def small_loop(model: Model, training: Training) -> Loop:
    """Return epochs at the study's batch size and a smaller one, on a network that costs little.

    It has the study's kind of input and as many outputs, and a batch norm where the study's has
    one. Without a ReLU rounding stays rounding, so that dozens of steps can be held against the
    reference.
    """
    small = _miniature(model)
    size = training.batch_size
    length = max(_SMALL_BATCHES, -(-_SMALL_EPOCH // size)) * size + max(1, size // 3)
    count = max(2 * length, _SMALL_SAMPLES)
    orders = _orders(count, length, SMALL_EPOCHS)
    generator = np.random.default_rng(_SEED)
    inputs = generator.standard_normal((count, *small.input_shape), np.float32)
    if training.loss == "softmax_cross_entropy":
        targets: TargetArray = generator.integers(0, small.output_shape[0], count)
    else:
        targets = generator.standard_normal((count, *small.output_shape), np.float32)
    gently = _gently(training, small, training.batch_size)
    return Loop("a small network", small, gently, inputs, targets, orders)


def _gently(training: Training, model: Model, batch_size: int) -> Training:
    optimizer = gentle(training.optimizer, model)
    return training.model_copy(update={"optimizer": optimizer, "batch_size": batch_size})


def _orders(samples: int, length: int, epochs: int) -> tuple[IntArray, ...]:
    """Return a permuted part of the samples for each epoch; where they are few, they come again."""
    generator = np.random.default_rng(_SEED)
    return tuple(
        np.resize(generator.permutation(samples), max(length, samples))[:length].astype(np.int64)
        for _ in range(epochs)
    )


def _miniature(model: Model) -> Model:
    has_norm = any(isinstance(layer, BatchNorm) for layer in all_layers(model.layers))
    norm: tuple[AnyLayer, ...] = (BatchNorm(type="batch_norm", name="norm"),) if has_norm else ()
    outputs = Dense(type="dense", name="outputs", units=model.output_shape[0])
    if len(model.input_shape) == 1:
        dense = Dense(type="dense", name="hidden", units=8, use_bias=not has_norm)
        return Model(input_shape=(_FEATURES,), layers=(dense, *norm, outputs))
    conv = Conv2D(type="conv2d", name="hidden", filters=3, kernel_size=3, use_bias=not has_norm)
    shape = (*_IMAGE, model.input_shape[-1])
    return Model(input_shape=shape, layers=(conv, *norm, Flatten(type="flatten"), outputs))
