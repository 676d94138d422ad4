"""The whole network: what it predicts, its gradients, and a few steps of training."""

from collections.abc import Iterator

import numpy as np

from contract.base import Precision
from contract.evidence import Check
from contract.model import Model
from contract.training import SGD, Adam, Momentum, Optimizer, Training
from runners.harness.contender.network import Batch, FloatArray, Network, Weights, in_precision
from runners.harness.gate.calm_weights import calm_weights
from runners.harness.gate.distance import (
    difference,
    folded,
    relative,
    relative_l2,
    relative_to_largest,
)
from runners.harness.gate.limits import Floors, Found, Observed, judge
from runners.harness.gate.margin import CLEAR, SEEDS, margin
from runners.harness.reference.network import Reference

Shown = dict[str, Weights]
"""What a network showed: arrays by name, by what they are."""

GENTLE: tuple[Optimizer, ...] = (
    SGD(type="sgd", learning_rate=0.01),
    Momentum(type="momentum", learning_rate=0.01),
    Adam(type="adam", learning_rate=0.001, epsilon=0.001),
)
"""An unstable trajectory diverges even between two float64 programs. ε is large, for an Adam that
divides by next to nothing makes a step of what is rounding alone."""
_BATCH_NORM_RATE = 0.1
"""By this much gentler is Adam with batch norm: it moves every weight by its rate, and VGG-16's
float32 runs share nothing after four such steps."""

_SINGLE_STEP_RATE = 100.0
"""By this much bolder is a step that is the only one: so that float32 can tell a weight of 3 from
what a step makes of it."""

_SEED = "seed"

_NUDGES = (0.0, *[5e-7] * 4, *[1e-6] * 4, *[2e-6] * 8)
"""Relative; 1e-6 is eight units in the last place of float32. The larger are there for decisions
that other programs' roundings reach, and are come to only where the smaller account for nothing."""


def gentle(own: Optimizer, model: Model) -> Optimizer:
    """Return the study's optimizer at a rate at which rounding stays rounding."""
    same_kind = next(optimizer for optimizer in GENTLE if optimizer.type == own.type)
    numbers = {"learning_rate": same_kind.learning_rate}
    if isinstance(same_kind, Adam):
        numbers["epsilon"] = same_kind.epsilon
        numbers["learning_rate"] *= _BATCH_NORM_RATE if model.state_shapes() else 1
    return own.model_copy(update=numbers)


class Trajectory:
    """The steps that every contender takes, from the same weights on the same batches."""

    def __init__(self, model: Model, training: Training, batches: tuple[Batch, ...]) -> None:
        """Take batches to train on, and one more to predict."""
        self._model = model
        optimizer = gentle(training.optimizer, model)
        if len(batches) == 2:  # nothing comes of one step that could run away
            rate = _SINGLE_STEP_RATE * optimizer.learning_rate
            optimizer = optimizer.model_copy(update={"learning_rate": rate})
        self.training = training.model_copy(update={"optimizer": optimizer})
        self._batches = batches

    def expect(self) -> Shown:
        """Return what the float64 reference shows, from weights with which float32 keeps to it.

        That is from the first seed with which no ReLU and no pooling on the first batch comes near
        to deciding otherwise; where there is none, from that with which they come the least near.
        """
        margins: dict[int, float] = {}
        for seed in range(SEEDS):
            first, _ = self._batches[0]
            margins[seed] = margin(self._model, self.training, self._weights(seed), first)
            if margins[seed] >= CLEAR:
                break
        return self.expect_from(max(margins, key=margins.__getitem__))

    def expect_from(self, seed: int) -> Shown:
        """Return what the float64 reference shows from the weights of a seed."""
        shown = self._take(self._reference(seed), self._weights(seed), "float64")
        return shown | {"start": {_SEED: np.array([seed])}}

    def start(self, expected: Shown) -> Weights:
        """Return the weights that the reference started from."""
        return self._weights(int(expected["start"][_SEED][0]))

    def take(self, network: Network, expected: Shown, precision: Precision) -> Shown:
        """Return what a network shows that started from `start`."""
        return self._take(network, self.start(expected), precision)

    def checks(self, shown: Shown, expected: Shown, precision: Precision) -> tuple[Check, ...]:
        """Hold what a network showed against what was expected."""
        return judge(_measure(shown, expected), precision, Floors(self._float32_runs(expected)))

    def _reference(self, seed: int) -> Reference:
        return Reference(self._model, self.training, self._weights(seed))

    def _weights(self, seed: int) -> Weights:
        return calm_weights(self._model, len(self._batches[0][0]), seed)

    def _take(
        self,
        network: Network,
        start: Weights,
        precision: Precision,
        batches: tuple[Batch, ...] | None = None,
    ) -> Shown:
        *to_train, last = (in_precision(batch, precision) for batch in batches or self._batches)
        _, gradients = network.gradients(*to_train[0])
        # Between gradients and steps: a network that stays in evaluation mode shows in the steps.
        forward_logits = network.predict(to_train[0][0])
        losses = np.array([network.train_step(*batch) for batch in to_train])
        added = folded(difference(network.weights(), start))
        states = self._model.state_shapes()
        return {
            "logits": {"before": forward_logits, "after": network.predict(last[0])},
            "gradients": folded(gradients),
            "losses": {"losses": losses},
            "added to weights": {n: value for n, value in added.items() if n not in states},
            "added to states": {n: value for n, value in added.items() if n in states},
        }

    def _float32_runs(self, expected: Shown) -> Iterator[Observed]:
        """Yield what the reference shows in float32, rounded a little otherwise each time.

        Of a million ReLU and pooling decisions a few lie within float32's resolution. One that
        falls otherwise changes a gradient by 1e-3 at once; whether it does is a matter of luck, so
        that one run does not show what the precision costs. Other roundings are had from weights
        and inputs that are; also of values that are equal until somebody rounds them apart.
        """
        generator = np.random.default_rng(0)
        for nudge in _NUDGES:
            weights = self.start(expected)
            start = {name: _nudged(value, nudge, generator) for name, value in weights.items()}
            reference = Reference(self._model, self.training, start, "float32")
            batches = tuple((_nudged(i, nudge, generator), targets) for i, targets in self._batches)
            yield _measure(self._take(reference, start, "float32", batches), expected)


def _measure(shown: Shown, expected: Shown) -> Observed:
    """Return how far two trajectories from the same weights are apart."""
    logits = {
        when: relative_to_largest(value, expected["logits"][when])
        for when, value in shown["logits"].items()
    }
    pairs = zip(shown["losses"]["losses"], expected["losses"]["losses"], strict=True)
    losses = {
        f"step {step}": relative(abs(float(a - b)), abs(float(b)))
        for step, (a, b) in enumerate(pairs, start=1)
    }
    added = relative_l2(shown["added to weights"], expected["added to weights"])
    added |= relative_l2(shown["added to states"], expected.get("added to states", {}))
    gradients = relative_l2(shown["gradients"], expected["gradients"])
    return {
        "forward_logits": Found("max_relative", {"logits": logits["before"]}),
        "gradients": Found("relative_l2", gradients),
        "losses": Found("max_relative", losses),
        "trained_weights": Found("relative_l2", added),
        "evaluation_logits": Found("max_relative", {"logits": logits["after"]}),
    }


def _nudged(values: FloatArray, nudge: float, generator: np.random.Generator) -> FloatArray:
    nudged: FloatArray = values * (1 + nudge * generator.choice((-1, 1), values.shape))
    return nudged.astype(np.float32)
