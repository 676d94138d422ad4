"""Each layer by itself: so that no error hides among others, and the right layer is named.

A layer stands behind one that hands its input on exactly, and before the mean of squared errors
from random targets. The gradient of the layer before shows the gradient with respect to the input.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from contract.base import Precision
from contract.evidence import Check
from contract.layers import AnyLayer, Layer, Shape, all_layers, layer_steps, shape_after
from contract.layers.conv2d import Conv2D
from contract.layers.dense import Dense
from contract.layers.flatten import Flatten
from contract.model import Model
from contract.training import SGD, Training
from runners.harness.contender.contender import Contender
from runners.harness.contender.network import FloatArray, Network, Weights
from runners.harness.gate.calm_weights import calm_weights
from runners.harness.gate.distance import difference, folded, relative_l2
from runners.harness.gate.limits import Floors, Found, Observed, judge_kind
from runners.harness.gate.margin import CLEAR, SEEDS, margin
from runners.harness.reference.network import Reference

_SAMPLES = 4
_WIDE = 20.0
"""Standard deviation of what enters a layer that has nothing to learn: one that caps its outputs,
as ReLU6 does, is to show."""
_BOLD = 50.0
"""Rate for each number that the mean of squared errors is taken of, so that few and many alike
show in a step."""

_CARRIER = "gate-carrier"
"""Name of the layer before, which hands the input on."""
_INPUT = f"{_CARRIER}.kernel"


class Probe(Protocol):
    """A part of a network that is looked at by itself."""

    @property
    def label(self) -> str:
        """As people name it: "conv2d conv1", "relu after conv1"."""

    def expect(self) -> Weights:
        """Return what the reference shows."""

    def observe(self, contender: Contender) -> Weights:
        """Return what a contender shows in float32, in which it is timed."""

    def judge(self, observed: Weights, expected: Weights) -> Check:
        """Hold what a contender showed against what was expected."""


@dataclass(frozen=True)
class LayerProbe:
    """A layer of a network, and what stands around it here."""

    label: str
    model: Model
    weights: Weights
    inputs: FloatArray
    targets: FloatArray

    @property
    def is_wide(self) -> bool:
        """Whether its batch has a study's size, which steps are to be taken in."""
        return len(self.inputs) != _SAMPLES

    @property
    def training(self) -> Training:
        """One step is taken, larger than the weights by far: they hide nothing of it."""
        optimizer = SGD(type="sgd", learning_rate=_BOLD * self.targets.size)
        samples = len(self.inputs)
        return Training(loss="mean_squared_error", optimizer=optimizer, batch_size=samples)

    def show(self, network: Network, precision: Precision) -> Weights:
        """Return outputs, gradients, and what one step adds, by what it is.

        A step shows the moving averages; in a wide batch its loss and the weights too.
        """
        inputs, targets = self.inputs.astype(precision), self.targets.astype(precision)
        shown = {f"outputs of {self.label}": network.predict(inputs)}
        _, gradients = network.gradients(inputs, targets)
        for name, gradient in gradients.items():
            shown[f"gradient of {self.label} with respect to {_name(name)}"] = gradient
        moving = self.model.state_shapes()
        if self.is_wide or moving:
            loss = network.train_step(inputs, targets)
            added = difference(network.weights(), self.weights)
            kept = {name: value for name, value in added.items() if self.is_wide or name in moving}
            step = f" in a step of {self.label}" if self.is_wide else ""
            shown |= {f"update of {_name(name)}{step}": value for name, value in kept.items()}
        if self.is_wide:
            shown[f"loss in a step of {self.label}"] = np.array([loss])
        return folded(shown)

    def expect(self, precision: Precision = "float64") -> Weights:
        """Return what the reference shows."""
        return self.show(Reference(self.model, self.training, self.weights, precision), precision)

    def observe(self, contender: Contender) -> Weights:
        """Return what a contender shows in float32, in which it is timed."""
        network = contender.build(self.model, self.training, self.weights, "float32")
        shown = self.show(network, "float32")
        network.close()
        return shown

    def judge(self, observed: Weights, expected: Weights) -> Check:
        """Hold what a contender showed against what was expected."""
        return judge_shown(observed, expected, lambda: self.expect("float32"))


def judge_shown(
    observed: Weights, expected: Weights, expect_in_float32: Callable[[], Weights]
) -> Check:
    """Hold what a contender showed of one part of a network against what was expected."""

    def float32_runs() -> Iterator[Observed]:
        yield {"layers": _found(expect_in_float32(), expected)}

    found = _found(observed, expected)
    return judge_kind("layers", found, "float32", Floors(float32_runs()))


def layer_probes(model: Model, *, repeated: bool) -> Iterator[LayerProbe]:
    """Yield a probe for each layer, those within residuals before the residual.

    Args:
        model: The network.
        repeated: Whether layers that differ from an earlier one by name alone are yielded too.
    """
    known: list[Any] = []
    for label, layer, shape in named_layers(model):
        sort = (nameless(layer.model_dump()), shape)
        if repeated or sort not in known:
            known.append(sort)
            yield clear_probe(label, layer, shape, _SAMPLES)


def named_layers(model: Model) -> Iterator[tuple[str, Layer, Shape]]:
    """Yield each layer with its label and what enters it, those within residuals before them."""
    labels: Counter[str] = Counter()
    before = "the input"
    for layer, shape in _inside_first(model.layers, model.input_shape):
        names = [name for inner in all_layers([layer]) if (name := getattr(inner, "name", ""))]
        label = f"{layer.type} {names[0]}" if names else f"{layer.type} after {before}"
        labels[label] += 1
        if labels[label] > 1:
            label = f"{label} ({labels[label]})"
        before = names[-1] if names else before
        yield label, layer, shape


def _inside_first(layers: Sequence[Layer], shape: Shape) -> Iterator[tuple[Layer, Shape]]:
    for layer, entering in layer_steps(layers, shape):
        for branch in layer.branches.values():
            yield from _inside_first(branch, entering)
        yield layer, entering


def nameless(value: Any) -> Any:
    """Return what a layer is described by, without its names and those within it."""
    if isinstance(value, dict):
        return {key: nameless(item) for key, item in value.items() if key != "name"}
    return [nameless(item) for item in value] if isinstance(value, list | tuple) else value


def clear_probe(label: str, layer: AnyLayer, shape: Shape, samples: int) -> LayerProbe:
    """Return a probe in which no ReLU within the layer comes near to deciding otherwise."""
    for seed in range(SEEDS):
        probe = _probe(label, layer, (samples, *shape), seed)
        if not layer.branches:
            break
        if margin(probe.model, probe.training, probe.weights, probe.inputs) >= CLEAR:
            break
    return probe


def _probe(label: str, layer: AnyLayer, batch: Shape, seed: int) -> LayerProbe:
    samples, *rest = batch
    shape = tuple(rest)
    generator = np.random.default_rng(seed)
    spread = 1.0 if layer.weight_shapes(shape) else _WIDE
    carried = generator.normal(scale=spread, size=batch).astype(np.float32)
    carrier: AnyLayer
    if len(shape) == 1:
        # One-hot inputs choose the rows of the kernel: what is to be carried is the kernel.
        carrier = Dense(type="dense", name=_CARRIER, units=shape[0], use_bias=False)
        inputs, kernel = np.eye(samples, dtype=np.float32), carried
    else:
        channels = shape[-1]
        carrier = Conv2D(
            type="conv2d", name=_CARRIER, filters=channels, kernel_size=1, use_bias=False
        )
        inputs, kernel = carried, np.eye(channels, dtype=np.float32)[None, None]
    layers: tuple[AnyLayer, ...] = (carrier, layer)
    if len(shape_after(layers, inputs.shape[1:])) > 1:
        layers = (*layers, Flatten(type="flatten"))
    model = Model(input_shape=inputs.shape[1:], layers=layers)
    weights = calm_weights(model, samples, seed) | {_INPUT: kernel}
    targets = generator.normal(size=(samples, *model.output_shape)).astype(np.float32)
    return LayerProbe(label, model, weights, inputs, targets)


def _name(tensor: str) -> str:
    return "its input" if tensor == _INPUT else tensor


def _found(shown: Weights, expected: Weights) -> Found:
    return Found("relative_l2", relative_l2(shown, expected))


def check_layers(
    contender: Contender, probes: Iterable[Probe], expected: Mapping[str, Weights]
) -> Check:
    """Look at each layer; return the check of the first that fails, else of the worst.

    Args:
        contender: Configured already.
        probes: In the order of the network.
        expected: What the reference shows, by label, where that is known.
    """
    worst: Check | None = None
    for probe in probes:
        check = probe.judge(probe.observe(contender), expected.get(probe.label) or probe.expect())
        if not check.passed:
            return check
        worst = check if worst is None or check.error > worst.error else worst
    if worst is None:
        raise ValueError("a network has at least one layer")
    return worst
