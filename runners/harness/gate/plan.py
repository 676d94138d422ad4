"""What the gate goes through for a study's network: how much of it, and on which samples."""

from dataclasses import dataclass

import numpy as np

from contract.layers import without
from contract.layers.dropout import Dropout
from contract.model import Model
from contract.training import Training
from runners.harness.contender.network import Batch
from runners.harness.gate.expectations import Expectations
from runners.harness.gate.layers import LayerProbe, Probe, layer_probes
from runners.harness.gate.loop import Loop, own_loop, small_loop
from runners.harness.gate.loss import LossProbe
from runners.harness.gate.prediction import MORE
from runners.harness.gate.trajectory import Shown, Trajectory
from runners.harness.gate.wide_layers import wide_probes
from runners.harness.gate.wide_network import wide_networks

SAMPLES = MORE
"""What the gate uses at most."""

_STEPS = 4
_DEAR_STEPS = 1
"""Of a network whose steps are dear. In further ones deep networks make chaos of rounding; what an
optimizer remembers shows where it is by itself, what batch norm remembers in the epochs."""

LARGEST_BATCH = 16
_LEAST_BATCH = 2
_LEAST_NORMED_BATCH = 8
"""Batch norm needs a few samples to take a mean of; deep in VGG-16 there is one pixel of each."""
_BATCH_MULTIPLY_ADDS = 300_000_000
"""What a batch may cost forward, while it is not too small to be one: keeps the gate to seconds."""


@dataclass(frozen=True)
class GatePlan:
    """What a contender is tried on."""

    model: Model
    """Without its dropouts."""
    batch_size: int
    steps: int
    """Of the whole network."""
    is_dear: bool
    """Whether a step costs so much that there are to be few."""
    trajectory: Trajectory
    probes: tuple[LayerProbe, ...]
    wide: tuple[Probe, ...]
    """The whole network in batches of the study's size; where that is too dear, its layers."""
    loss: LossProbe
    own: Loop
    small: Loop

    def expected_trajectory(self, expectations: Expectations) -> Shown:
        """Return what the reference shows on the whole network."""
        return expectations.get("network", self.trajectory.expect)

    def expected_layers(self, expectations: Expectations) -> Shown:
        """Return what the reference shows on each layer."""
        return expectations.get("layers", self._expect_layers)

    def _expect_layers(self) -> Shown:
        probes: tuple[Probe, ...] = (*self.probes, *self.wide, self.loss)
        return {probe.label: probe.expect() for probe in probes}

    def work_out(self) -> Expectations:
        """Return all that the reference shows."""
        found = Expectations()
        self.expected_trajectory(found)
        self.expected_layers(found)
        return found


def plan_gate(model: Model, training: Training, samples: Batch) -> GatePlan:
    """Return what to try.

    Args:
        model: The study's network.
        training: The study's; the gate goes at rates of its own.
        samples: `SAMPLES` of them are enough; where there are fewer they are used again.
    """
    plain = model.model_copy(update={"layers": without(Dropout, model.layers)})
    batch_size = choose_batch_size(model)
    is_dear = affordable_batch(model) < LARGEST_BATCH // 2
    steps = _DEAR_STEPS if is_dear else _STEPS
    small = small_loop(plain, training)
    return GatePlan(
        plain,
        batch_size,
        steps,
        is_dear,
        Trajectory(plain, training, _cut(samples, steps + 1, batch_size)),
        tuple(layer_probes(plain, repeated=False)),
        wide_networks(plain, training)
        or tuple(wide_probes(plain, small.model, training.batch_size)),
        LossProbe.of(plain, training),
        own_loop(plain, training, samples, is_dear=is_dear),
        small,
    )


def affordable_batch(model: Model) -> int:
    """Return how many samples go forward at the cost that a batch may have."""
    return _BATCH_MULTIPLY_ADDS // max(model.multiply_adds, 1)


def choose_batch_size(model: Model) -> int:
    """Return as many samples as keep the gate short."""
    least = _LEAST_NORMED_BATCH if model.state_shapes() else _LEAST_BATCH
    return min(max(affordable_batch(model), least), LARGEST_BATCH)


def _cut(samples: Batch, batches: int, batch_size: int) -> tuple[Batch, ...]:
    inputs, targets = samples
    chosen = np.arange(batches * batch_size).reshape(batches, batch_size) % len(inputs)
    return tuple((inputs[rows], targets[rows]) for rows in chosen)
