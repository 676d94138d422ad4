"""The published steps of the study's optimizer, and its batch norm in them.

All samples are one batch, so that no order plays a part: with the numbers that the contender
declares as its framework's own, the reference takes the same steps.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from contract.layers import AnyLayer, Layer, Shape, layer_steps
from contract.layers.batch_norm import BatchNorm
from contract.layers.conv2d import Conv2D
from contract.layers.dense import Dense
from contract.layers.flatten import Flatten
from contract.model import Model
from contract.training import SGD, Training
from runners.harness.contender.contender import Contender
from runners.harness.contender.network import Batch, FloatArray, Weights
from runners.harness.contender.published_numbers import PublishedNumbers
from runners.harness.gate.distance import difference, relative_l2
from runners.harness.gate.published_epochs import (
    Fault,
    Samples,
    after_faults,
    count_faults,
    limits_of,
    metric_faults,
    train_published,
)
from runners.harness.reference.network import Reference
from runners.harness.reference.optimizers import make_update

_EPOCHS = 5
_SAMPLES = 16
_ROWS = 70
"""More than two of Keras' batches."""
_IMAGE_SIZE = (6, 5)
_FEATURES = 6
_HIDDEN = 5
_DECAY = 0.1
"""That no step can hide."""
_SEED = 0


def step_faults(contender: Contender, model: Model, training: Training) -> Iterator[Fault]:
    """Train small networks with the study's optimizer, each with a kind of its batch norms.

    Where there is a weight decay, it is another one, which shows. Yields nothing where there are no
    batch norms and plain gradient descent: those steps are seen elsewhere.
    """
    own = training.optimizer
    is_plain = isinstance(own, SGD) and not own.weight_decay
    decay = {"weight_decay": _DECAY if own.weight_decay else 0.0}
    optimizer = own.model_copy(update=decay)
    told = Training(loss=training.loss, optimizer=optimizer, batch_size=_SAMPLES)
    for probe in _make_probes(model):
        if probe.state_shapes() or not is_plain:
            yield from _faults(contender, probe, told)


def _faults(contender: Contender, probe: Model, training: Training) -> Iterator[Fault]:
    inputs, targets = _draw(probe, training, _ROWS)
    samples = Samples(inputs[:_SAMPLES], targets[:_SAMPLES])
    limits = limits_of(contender)
    numbers = contender.published_numbers
    network = contender.build_published(probe, training, _SEED)
    seen = train_published(network, samples, _SAMPLES, _EPOCHS, inputs)
    own_model = numbers.of_model(probe)

    def reference_of(weights: Weights) -> Reference:
        return Reference(own_model, training, weights)

    yield from count_faults(seen, _EPOCHS)
    if not seen.epochs:
        return
    yield from after_faults(seen, inputs, reference_of, limits)
    start = seen.epochs[0].before
    steps = _steps(own_model, training, start, samples, numbers)
    for (number, epoch, metrics), step in zip(seen.pairs(), steps, strict=False):
        where = f"epoch {number} with {training.optimizer.type}"
        added = relative_l2(difference(epoch.after, start), difference(step.weights, start))
        for name, distance in added.items():
            if not distance <= limits.added:
                told = f"what was added to it is {distance:.1e} away from what its steps should add"
                yield Fault(f"{name} after {where}", told)
        loosely = replace(limits, loss=limits.added * 0.1)
        yield from metric_faults(where, metrics, step.loss, step.hits, _SAMPLES, loosely)


@dataclass(frozen=True, eq=False)
class _Step:
    loss: float
    hits: int | None
    weights: Weights
    """After it."""


def _steps(
    model: Model, training: Training, start: Weights, batch: Batch, numbers: PublishedNumbers
) -> Iterator[_Step]:
    """Take the published steps on the reference, all on one batch."""
    studied = numbers.of_optimizer(training.optimizer)
    beside = studied.learning_rate * studied.weight_decay if numbers.decay_is_decoupled else 0.0
    optimizer = (
        studied.model_copy(update={"weight_decay": 0.0}) if numbers.decay_is_decoupled else studied
    )
    weights: Weights = {name: value.astype(np.float64) for name, value in start.items()}
    update = make_update(optimizer, weights, epsilon_is_corrected=numbers.epsilon_is_corrected)
    for number in range(1, _EPOCHS + 1):
        run = Reference(model, training, weights)
        before = run.weights()
        loss, gradients = run.gradients(*batch)
        _, hits = run.step(*batch)
        for name, gradient in gradients.items():
            weights[name] -= update(name, gradient, number) + beside * weights[name]
        weights |= dict(_moved(model, before, run.weights(), numbers))
        yield _Step(loss, hits, {name: value.copy() for name, value in weights.items()})


def _moved(
    model: Model, before: Weights, after: Weights, numbers: PublishedNumbers
) -> Iterator[tuple[str, FloatArray]]:
    """Yield the moving averages of the batch norms after a step, as the framework moves them."""
    for layer, entering in model.steps():
        if isinstance(layer, BatchNorm):
            mean, variance = layer.state_shapes(entering)
            came_in = after[variance] - layer.momentum * before[variance]
            more = 0.0
            if numbers.moving_variance_is_unbiased:  # n/(n − 1) times as much comes in
                more = 1 / (_SAMPLES * math.prod(entering[:-1]) - 1)
            yield mean, after[mean]
            yield variance, after[variance] + more * came_in


def _make_probes(model: Model) -> Iterator[Model]:
    """Yield a network for each kind of batch norm that the study has; where none, one without.

    What goes before a batch norm has no bias, and no other batch norm, which has one too: it would
    have a gradient of rounding alone, and Adam makes a step of that.
    """
    norms = dict(_norms(model.layers, model.input_shape))
    is_of_images = len(model.input_shape) == 3
    shape = (*_IMAGE_SIZE, model.input_shape[-1]) if is_of_images else (_FEATURES,)
    flat: list[AnyLayer] = [Flatten(type="flatten")] if is_of_images else []
    outputs = Dense(type="dense", name="outputs", units=model.output_shape[0])
    if not norms:
        yield Model(input_shape=shape, layers=(*flat, outputs))
    for of_images, norm in norms.items():
        own = norm.model_copy(update={"name": "norm"})
        if of_images:
            conv = Conv2D(
                type="conv2d", name="hidden", filters=_HIDDEN, kernel_size=3, use_bias=False
            )
            yield Model(input_shape=shape, layers=(conv, own, *flat, outputs))
        else:
            dense = Dense(type="dense", name="hidden", units=_HIDDEN, use_bias=False)
            yield Model(input_shape=shape, layers=(*flat, dense, own, outputs))


def _norms(layers: Sequence[Layer], shape: Shape) -> Iterator[tuple[bool, BatchNorm]]:
    """Yield the batch norms, those within residuals too, and whether images pass them."""
    for layer, entering in layer_steps(layers, shape):
        if isinstance(layer, BatchNorm):
            yield len(entering) == 3, layer
        for branch in layer.branches.values():
            yield from _norms(branch, entering)


def _draw(probe: Model, training: Training, count: int) -> Samples:
    """Return samples in the steps of an image file."""
    generator = np.random.default_rng(_SEED)
    shape = (count, *probe.input_shape)
    inputs = generator.integers(0, 256, shape).astype(np.float32) / 255
    if training.loss == "softmax_cross_entropy":
        return Samples(inputs, generator.integers(0, probe.output_shape[0], count))
    targets = generator.normal(size=(count, *probe.output_shape))
    return Samples(inputs, targets.astype(np.float32))
