"""The dropouts of a network where they stand in it: each has to drop, at the rate of its place.

All units of a layer start alike, and so do all channels of the inputs: without a dropout, whatever
enters a layer is the same in all channels, and so is the gradient of its kernel. Where a dropout
stands before the layer, the channels differ. Behind a dropout that nothing but a ReLU or a
flattening follows, a dense kernel's rows have no gradient where the only sample's value is dropped.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from contract.layers import Layer, Shape, layer_steps
from contract.layers.conv2d import Conv2D
from contract.layers.dense import Dense
from contract.layers.dropout import Dropout
from contract.layers.flatten import Flatten
from contract.layers.relu import ReLU
from contract.model import Model
from contract.training import Training
from runners.harness.contender.contender import Contender
from runners.harness.contender.network import Batch, FloatArray, Network, Weights
from runners.harness.contender.weights import canonical_weights
from runners.harness.gate.distance import Distance
from runners.harness.gate.masks import divergence

_SAMPLES = 4
_LEAST_SPREAD = 1e-4
"""Of a gradient over the channels, relative: float32 makes a hundredth of it."""
_UNSEEN = 1e-9
"""Chance that masks which are drawn are the same in all channels, all draws together."""
_MOST_DRAWS = 64
_VALUES = 300
"""Of masks that are enough to tell the rate by, in so many draws at most."""
_RATE_DRAWS = 20
_DEVIATIONS = 6.5
"""A right dropout is that far off once in a thousand million times at most, at any rate and for any
number of values (Chernoff's bound)."""
_SEED = 0


@dataclass(frozen=True)
class DropoutSite:
    """A layer that a dropout stands before."""

    name: str
    channels: int
    kept: float
    """Probability that the dropouts before it keep a value."""
    is_bare: bool
    """Whether it is dense, and gets the values as they were dropped."""

    @property
    def kernel(self) -> str:
        """Name of its kernel."""
        return f"{self.name}.kernel"

    @property
    def draws(self) -> int:
        """How many draws show a dropout as good as certainly."""
        unseen = _SAMPLES * self.channels * math.log(self.kept)
        return math.ceil(math.log(_UNSEEN) / unseen)


def dropout_sites(model: Model) -> list[DropoutSite]:
    """Return the layers of a network that a dropout stands before, within residuals too."""
    start = _Path(model.input_shape[-1], 1.0, is_bare=False)
    return list(_walk(model.layers, model.input_shape, start)[0])


def check_sites(contender: Contender, model: Model, training: Training) -> Iterator[Distance]:
    """Yield what is wrong with the dropouts of a network, where they stand, in float32."""
    sites = [site for site in dropout_sites(model) if site.channels > 1 and site.kept < 1]
    if not sites:
        return
    network = contender.build(model, training, _alike(model), "float32")
    missing = {site for site in sites if site.draws <= _MOST_DRAWS}
    for draw in range(_MOST_DRAWS):
        missing = {site for site in missing if draw < site.draws + 1}
        if not missing:
            break
        _, gradients = network.gradients(*_samples(model, training, _SAMPLES))
        seen = {site for site in missing if _spread(gradients[site.kernel], site) > _LEAST_SPREAD}
        silent = {site for site in missing - seen if draw == site.draws}
        for site in silent:
            cause = "the dropout before it drops nothing there"
            yield Distance(1, 0, "count", f"dropout before {site.name}", cause)
        missing -= seen | silent
    if not model.state_shapes():  # a batch norm has no gradient from one sample
        bare = [site for site in sites if site.is_bare]
        yield from _rates(network, model, training, bare)
    network.close()


@dataclass(frozen=True)
class _Path:
    """What is known of the values at a place of a network."""

    channels: int
    kept: float
    is_bare: bool


def _walk(layers: Sequence[Layer], shape: Shape, path: _Path) -> tuple[list[DropoutSite], _Path]:
    sites: list[DropoutSite] = []
    for layer, entering in layer_steps(layers, shape):
        if isinstance(layer, Dropout):
            kept = path.kept * (1 - layer.rate)
            path = replace(path, kept=kept, is_bare=path.kept == 1 or path.is_bare)
        elif layer.branches:
            ends = []
            for branch in layer.branches.values():
                found, end = _walk(branch, entering, path)
                sites += found
                ends.append(end)
            path = replace(ends[0], kept=min(end.kept for end in ends), is_bare=False)
        elif isinstance(layer, Conv2D | Dense):
            bare = path.is_bare and isinstance(layer, Dense)
            sites.append(DropoutSite(layer.name, path.channels, path.kept, bare))
            path = _Path(layer.output_shape(entering)[-1], 1.0, is_bare=False)
        elif not isinstance(layer, ReLU | Flatten):
            path = replace(path, is_bare=False)
    return sites, path


def _alike(model: Model) -> Weights:
    """Return positive weights that are the same for all units of a layer, but for the last's."""
    generator = np.random.default_rng(_SEED)
    weights = canonical_weights(model, _SEED)
    *others, _ = [name for name in weights if name.endswith(".kernel")]
    for name in others:
        shape = weights[name].shape
        column = generator.uniform(0.5, 1.5, (*shape[:-1], 1)) / math.prod(shape[:-1])
        weights[name] = np.broadcast_to(column, shape).astype(np.float32)
    for name, value in weights.items():
        if name.endswith((".bias", ".beta")):
            weights[name] = np.full_like(value, 0.5)
    return weights


def _samples(model: Model, training: Training, count: int) -> Batch:
    """Return samples whose channels are alike."""
    generator = np.random.default_rng(_SEED)
    one = generator.uniform(0.5, 1.5, (count, *model.input_shape[:-1], 1))
    inputs = np.broadcast_to(one, (count, *model.input_shape)).astype(np.float32)
    if training.loss == "softmax_cross_entropy":
        return inputs, np.arange(count, dtype=np.int64) % model.output_shape[0]
    return inputs, generator.normal(size=(count, *model.output_shape)).astype(np.float32)


def _spread(gradient: FloatArray, site: DropoutSite) -> float:
    """Return how much a kernel's gradient differs from channel to channel, relative to it."""
    by_channel = gradient.astype(np.float64).reshape(-1, site.channels, gradient.shape[-1])
    apart = by_channel - by_channel.mean(axis=1, keepdims=True)
    length = float(np.linalg.norm(by_channel))
    return float(np.linalg.norm(apart)) / length if length else math.inf


def _rates(
    network: Network, model: Model, training: Training, sites: list[DropoutSite]
) -> Iterator[Distance]:
    """Yield how far each dropout's share of zeros is from its rate."""
    zeros, values = dict.fromkeys(sites, 0), dict.fromkeys(sites, 0)
    for _ in range(_RATE_DRAWS):
        if all(count >= _VALUES for count in values.values()):
            break
        _, gradients = network.gradients(*_samples(model, training, 1))
        for site in sites:
            rows = gradients[site.kernel]
            if np.any(rows):
                zeros[site] += int(np.all(rows == 0, axis=1).sum())
                values[site] += len(rows)
    for site, count in values.items():
        if count:
            error = math.sqrt(2 * count * divergence(zeros[site] / count, 1 - site.kept))
            place = f"dropout before {site.name}"
            cause = "it drops another share of the values there"
            yield Distance(error, _DEVIATIONS, "standard_deviations", place, cause)
