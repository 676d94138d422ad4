"""The whole network in a batch of the study's size, on the smallest image that its layers take.

What one layer of many computes otherwise in such batches alone is seen nowhere else: the network as
it is takes batches that keep the gate short. Rounding, which deep networks multiply, is left room
for; what goes wrong by the size of a batch is seldom small.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from contract.evidence import Check
from contract.layers import AnyLayer, Shape
from contract.model import Model
from contract.training import SGD, Training
from runners.harness.contender.contender import Contender
from runners.harness.contender.network import Network, Weights
from runners.harness.gate.calm_weights import calm_weights
from runners.harness.gate.distance import Distance, difference, folded, relative_l2, worst_check
from runners.harness.reference.network import Reference

_TOLERANCE = 2e-3
"""Relative, of a gradient or an update. With calm weights the worst contender was 6e-5 away."""
_RATE = 1.0
_MOST_MULTIPLY_ADDS = 5e9
"""Of a batch, forward. A network that needs more is left out: its batch would take seconds."""
_LEAST_SIDE = 4
_SEED = 0


@dataclass(frozen=True)
class WideNetwork:
    """A network without dropouts, and a batch for it."""

    model: Model
    study: Training

    @property
    def label(self) -> str:
        """As people name it."""
        return f"the network in batches of {self.study.batch_size}"

    def expect(self) -> Weights:
        """Return what the reference shows, in float32: that is near enough."""
        return self._show(Reference(self.model, self._training, self._weights, "float32"))

    def observe(self, contender: Contender) -> Weights:
        """Return what a contender shows in float32, in which it is timed."""
        network = contender.build(self.model, self._training, self._weights, "float32")
        shown = self._show(network)
        network.close()
        return shown

    def judge(self, observed: Weights, expected: Weights) -> Check:
        """Hold what a contender showed against what was expected."""
        errors = relative_l2(observed, expected, "float32")
        distances = [Distance(e, _TOLERANCE, "relative_l2", name) for name, e in errors.items()]
        return worst_check("layers", distances)

    def _show(self, network: Network) -> Weights:
        """Return loss and gradients, and what a step adds, by what it is."""
        generator = np.random.default_rng(_SEED)
        size = self.study.batch_size
        inputs = generator.normal(size=(size, *self.model.input_shape)).astype(np.float32)
        outputs = self.model.output_shape
        if self.study.loss == "softmax_cross_entropy":
            batch = inputs, generator.integers(0, outputs[0], size)
        else:
            batch = inputs, generator.normal(size=(size, *outputs)).astype(np.float32)
        loss, gradients = network.gradients(*batch)
        shown = {f"loss of {self.label}": np.array([loss])}
        shown |= {f"gradient of {name} in {self.label}": g for name, g in gradients.items()}
        network.train_step(*batch)
        added = difference(network.weights(), self._weights)
        shown |= {f"update of {name} in {self.label}": value for name, value in added.items()}
        return folded(shown)

    @property
    def _training(self) -> Training:
        optimizer = SGD(type="sgd", learning_rate=_RATE)
        return self.study.model_copy(update={"optimizer": optimizer})

    @property
    def _weights(self) -> Weights:
        return calm_weights(self.model, self.study.batch_size, _SEED)


def wide_networks(model: Model, training: Training) -> tuple[WideNetwork, ...]:
    """Return the network in batches of the study's size; nothing where that is too dear.

    Args:
        model: The study's, without dropouts.
        training: The study's.
    """
    small = _smallest(model)
    if small.multiply_adds * training.batch_size > _MOST_MULTIPLY_ADDS:
        return ()
    return (WideNetwork(small, training),)


def _smallest(model: Model) -> Model:
    """Return the network of the smallest square image that its layers take, or as it is."""
    if len(model.input_shape) == 1:
        return model
    *sides, channels = model.input_shape
    side = _LEAST_SIDE
    while side < min(sides):
        if found := _on((side, side, channels), model.layers):
            return found
        side *= 2
    return model


def _on(shape: Shape, layers: Sequence[AnyLayer]) -> Model | None:
    try:
        return Model(input_shape=shape, layers=tuple(layers))
    except ValueError:  # an image too small for a layer
        return None
