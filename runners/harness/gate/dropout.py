"""A look at a contender's dropout, whose masks no reference can foretell.

Ones pass a dropout, then a dense layer that starts by taking their mean. With one sample the
gradient of the kernel's row i is the mask's value i times the gradient of the bias; so a mask can
be read off gradients, a step and an epoch alike. Before each of them the network predicts, so that
one that stays in evaluation mode, or that leaves it too late, shows.
"""

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from contract.evidence import Check
from contract.layers import AnyLayer, Layer, Shape, layer_steps
from contract.layers.conv2d import Conv2D
from contract.layers.dense import Dense
from contract.layers.dropout import Dropout
from contract.layers.flatten import Flatten
from contract.model import Model
from contract.training import SGD, Training
from runners.harness.contender.contender import Contender
from runners.harness.contender.network import Epoch, FloatArray, Network, Weights
from runners.harness.gate.distance import Distance, worst_check
from runners.harness.gate.masks import IMAGE, DropoutPlace, of_batch, of_mask, of_mixture

_EVALUATION_TOLERANCE = 1e-3
"""Relative; of a sum of 4,096 numbers in float32."""

_FEATURES: Shape = (4096,)

_GRADIENT_TOLERANCE = 1e-4

_NAME = "gate-mask"
_CARRIER = "gate-carrier"
_SMALL = 1e-4
"""So small that a sum of thousands leaves the two classes alike."""
_TRAINING = Training(
    loss="softmax_cross_entropy", optimizer=SGD(type="sgd", learning_rate=1e-4), batch_size=1
)
_BOTH = "two samples of a batch"


def dropout_places(layers: Sequence[Layer], shape: Shape) -> set[DropoutPlace]:
    """Return the places of all dropouts, those within residuals included."""
    found: set[DropoutPlace] = set()
    for layer, entering in layer_steps(layers, shape):
        if isinstance(layer, Dropout):
            found.add(DropoutPlace(layer.rate, len(entering) == 3))
        for branch in layer.branches.values():
            found |= dropout_places(branch, entering)
    return found


def check_dropout(
    contender: Contender,
    places: set[DropoutPlace],
    batch_size: int,
    in_network: Iterable[Distance] = (),
) -> Check:
    """Look at dropouts in float32; return the check of the worst.

    Args:
        contender: Configured already.
        places: The dropouts.
        batch_size: The study's.
        in_network: What is wrong with them where they stand.
    """
    found = [distance for place in places for distance in _look(contender, place, batch_size)]
    return worst_check("dropout", [*found, *in_network])


def _look(contender: Contender, place: DropoutPlace, batch_size: int) -> Iterator[Distance]:
    shape = IMAGE if place.is_on_images else _FEATURES
    model = Model(input_shape=shape, layers=_layers(place))
    weights: Weights = {
        f"{_NAME}.kernel": np.full((math.prod(shape), 2), 1 / math.prod(shape), np.float32),
        f"{_NAME}.bias": np.zeros(2, np.float32),
    }
    network = contender.build(model, _TRAINING, weights, "float32")
    probe = _Probe(network, np.ones((2, *shape), np.float32), np.zeros(2, np.int64))
    kept = 1 / (1 - place.rate)
    draws: dict[str, Callable[[], FloatArray]] = {
        "gradients": partial(probe.by_gradients, 1),
        "further gradients": partial(probe.by_gradients, 1),
        "a step": probe.by_step,
        "an epoch": partial(probe.by_epoch, 1),
        "another epoch": partial(probe.by_epoch, 1),
    }
    masks: dict[str, FloatArray] = {}
    for where, draw in draws.items():
        yield probe.in_evaluation(place)
        masks[where] = draw()
    yield of_batch(probe.by_batch(batch_size), batch_size, place)
    mixed = {_BOTH: probe.by_gradients(2), "two batches of an epoch": probe.by_epoch(2)}
    for where, mask in masks.items():
        yield from of_mask(mask, kept, place, where)
    for where, mask in mixed.items():
        yield of_mixture(mask, kept, place, where)
    drawn = [(mask == 0).tobytes() for mask in masks.values() if np.any(mask == 0)]
    repeated = len(drawn) - len(set(drawn))
    yield Distance(repeated, 0, "count", place.label, "it drew the same mask again")
    yield probe.in_evaluation(place)
    network.close()
    yield _backward(contender, place)


@dataclass(frozen=True)
class _Probe:
    """A network, two samples of ones, and their classes."""

    network: Network
    inputs: FloatArray
    targets: np.ndarray[tuple[int], np.dtype[np.int64]]

    def by_gradients(self, samples: int) -> FloatArray:
        """Return the mean mask of so many samples."""
        _, gradients = self.network.gradients(self.inputs[:samples], self.targets[:samples])
        return self._mask(gradients)

    def by_step(self) -> FloatArray:
        """Return the mask of a training step."""
        before = self.network.weights()
        self.network.train_step(self.inputs[:1], self.targets[:1])
        return self._mask(self._added(before))

    def by_epoch(self, batches: int) -> FloatArray:
        """Return the mean mask of an epoch of so many batches of one sample."""
        before = self.network.weights()
        order = np.arange(batches, dtype=np.int64)
        self.network.train_epoch(Epoch(self.inputs, self.targets, order, 1, lambda _done: None))
        return self._mask(self._added(before))

    def by_batch(self, size: int) -> FloatArray:
        """Return the mean mask of an epoch of one batch of that size."""
        before = self.network.weights()
        order = np.zeros(size, np.int64)
        self.network.train_epoch(Epoch(self.inputs, self.targets, order, size, lambda _done: None))
        return self._mask(self._added(before))

    def in_evaluation(self, place: DropoutPlace) -> Distance:
        """Hold a prediction against the kernel's sum, which no dropout may lessen."""
        weights = self.network.weights()
        kernel, bias = weights[f"{_NAME}.kernel"], weights[f"{_NAME}.bias"]
        expected = kernel.sum(axis=0, dtype=np.float64) + bias
        error = np.abs(self.network.predict(self.inputs) - expected).max()
        relative = float(error / np.abs(expected).max())
        where = f"{place.label} in evaluation"
        cause = "it drops values in evaluation too"
        return Distance(relative, _EVALUATION_TOLERANCE, "max_relative", where, cause)

    def _added(self, before: Weights) -> Weights:
        return {name: value - before[name] for name, value in self.network.weights().items()}

    def _mask(self, change: Weights) -> FloatArray:
        mask: FloatArray = change[f"{_NAME}.kernel"][:, 0] / change[f"{_NAME}.bias"][0]
        return mask


def _backward(contender: Contender, place: DropoutPlace) -> Distance:
    """Look whether a gradient passes the mask that the values passed.

    It is read off the kernel of a layer before the dropout, which makes ones of ones.
    """
    carrier: AnyLayer
    if place.is_on_images:
        shape, channels = IMAGE, IMAGE[-1]
        carrier = Conv2D(
            type="conv2d", name=_CARRIER, filters=channels, kernel_size=1, use_bias=False
        )
        carrying = np.eye(channels, dtype=np.float32)[None, None]
    else:
        shape = (1,)
        carrier = Dense(type="dense", name=_CARRIER, units=_FEATURES[0], use_bias=False)
        carrying = np.ones((1, *_FEATURES), np.float32)
    model = Model(input_shape=shape, layers=(carrier, *_layers(place)))
    kernel = np.tile(np.array([_SMALL, -_SMALL], np.float32), (math.prod(_FEATURES), 1))
    weights: Weights = {
        f"{_CARRIER}.kernel": carrying,
        f"{_NAME}.kernel": kernel,
        f"{_NAME}.bias": np.zeros(2, np.float32),
    }
    network = contender.build(model, _TRAINING, weights, "float32")
    _, gradients = network.gradients(np.ones((1, *shape), np.float32), np.zeros(1, np.int64))
    network.close()
    by_outputs = gradients[f"{_NAME}.bias"]
    mask = gradients[f"{_NAME}.kernel"][:, 0] / by_outputs[0]
    by_values = mask * (kernel @ by_outputs)
    if place.is_on_images:  # the carrier's kernel adds up the pixels
        by_values = np.tile(by_values.reshape(IMAGE).sum(axis=(0, 1)), (IMAGE[-1], 1))
    found = gradients[f"{_CARRIER}.kernel"].reshape(by_values.shape)
    length = float(np.linalg.norm(by_values))
    error = float(np.linalg.norm(found - by_values)) / length
    cause = "its gradient passes another mask than the values passed"
    return Distance(error, _GRADIENT_TOLERANCE, "relative_l2", f"{place.label}, backward", cause)


def _layers(place: DropoutPlace) -> tuple[AnyLayer, ...]:
    """Return the dropout, and the dense layer whose kernel shows its mask."""
    dropout = Dropout(type="dropout", rate=place.rate)
    dense = Dense(type="dense", name=_NAME, units=2)
    return (dropout, Flatten(type="flatten"), dense) if place.is_on_images else (dropout, dense)
