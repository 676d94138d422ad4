"""The loss by itself, at outputs of every size: what clips or overflows is not seen at small ones.

The network's kernel is its outputs: each sample chooses a row of it, and takes no other along.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from contract.base import Precision
from contract.evidence import Check
from contract.layers.dense import Dense
from contract.model import Model
from contract.training import SGD, Loss, Training
from runners.harness.contender.contender import Contender
from runners.harness.contender.network import Batch, Network, TargetArray, Weights
from runners.harness.gate.distance import difference
from runners.harness.gate.layers import judge_shown
from runners.harness.reference.network import Reference

_SIZES = (1, 30, 300)
"""Standard deviations of outputs: exp(300) is beyond float32, exp(−30) below its resolution."""
_SAMPLES = 16
"""Of each size."""
_MOST_OUTPUTS = 10
_RATE = 1e4
"""So large is a step that an output of 300 hides nothing of it."""
_SEED = 0
_NAME = "outputs"
_KERNEL = f"{_NAME}.kernel"


@dataclass(frozen=True)
class LossProbe:
    """A loss, and a network that makes the outputs it is tried on."""

    loss: Loss
    outputs: int

    @classmethod
    def of(cls, model: Model, training: Training) -> "LossProbe":
        """Return a probe of a study's loss."""
        return cls(training.loss, min(model.output_shape[0], _MOST_OUTPUTS))

    @property
    def label(self) -> str:
        """As people name it."""
        return f"loss {self.loss}"

    def expect(self, precision: Precision = "float64") -> Weights:
        """Return what the reference shows."""
        network = Reference(self._model, self._training, self._weights, precision)
        return self._show(network, precision)

    def observe(self, contender: Contender) -> Weights:
        """Return what a contender shows in float32, in which it is timed."""
        network = contender.build(self._model, self._training, self._weights, "float32")
        shown = self._show(network, "float32")
        network.close()
        return shown

    def judge(self, observed: Weights, expected: Weights) -> Check:
        """Hold what a contender showed against what was expected."""
        return judge_shown(observed, expected, lambda: self.expect("float32"))

    def _show(self, network: Network, precision: Precision) -> Weights:
        """Return losses, gradients, and what a step on the samples of each size adds."""
        shown: Weights = {}
        for size, batch in self._batches(precision):
            of = f"{self.label} at outputs of ±{size}"
            loss, gradients = network.gradients(*batch)
            shown[of] = np.array([loss])
            shown[f"gradient of {of}"] = gradients[_KERNEL]
            before = network.weights()
            shown[f"{of} in a step"] = np.array([network.train_step(*batch)])
            shown[f"step of {of}"] = difference(network.weights(), before)[_KERNEL]
        return shown

    def _batches(self, precision: Precision) -> Iterator[tuple[int, Batch]]:
        generator = np.random.default_rng(_SEED)
        rows = np.eye(len(_SIZES) * _SAMPLES, dtype=precision)
        for number, size in enumerate(_SIZES):
            chosen = rows[number * _SAMPLES : (number + 1) * _SAMPLES]
            if self.loss == "softmax_cross_entropy":
                targets: TargetArray = generator.integers(0, self.outputs, _SAMPLES)
            else:
                targets = generator.normal(size=(_SAMPLES, self.outputs)).astype(precision)
            yield size, (chosen, targets)

    @property
    def _model(self) -> Model:
        dense = Dense(type="dense", name=_NAME, units=self.outputs, use_bias=False)
        return Model(input_shape=(len(_SIZES) * _SAMPLES,), layers=(dense,))

    @property
    def _training(self) -> Training:
        optimizer = SGD(type="sgd", learning_rate=_RATE)
        return Training(loss=self.loss, optimizer=optimizer, batch_size=_SAMPLES)

    @property
    def _weights(self) -> Weights:
        generator = np.random.default_rng(_SEED)
        sizes = np.repeat(_SIZES, _SAMPLES)[:, None]
        outputs = sizes * generator.normal(size=(len(sizes), self.outputs))
        return {_KERNEL: outputs.astype(np.float32)}
