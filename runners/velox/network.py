"""A network whose every number is computed inside Velox plans."""

from __future__ import annotations

import math
from abc import abstractmethod
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from contract.base import Precision
from contract.layers import Layer, Shape, layer_steps
from contract.model import Model
from contract.training import Training
from runners.harness.contender.network import (
    Epoch,
    EpochMetrics,
    FloatArray,
    SteppingNetwork,
    TargetArray,
    Weights,
)
from runners.harness.contender.weights import canonical_weights
from runners.velox.buffers import BatchBuffers, Columns, Parameters
from runners.velox.columns import CORRECT, LOSS, MEMORY, OUTPUTS, gradient_column
from runners.velox.network_builder import NNBuilder
from runners.velox.plan import Plan, Results, Runnable

if TYPE_CHECKING:  # velox-stock loads this module, and no ML functions
    from runners.velox.ml_functions import MlFunctions

PREDICT_BYTES = 4 << 20
"""What the widest tensor of a prediction may take: more would cost memory and gain no time, unless
the weights, which every batch reads anew, are larger."""


class EngineNetwork(SteppingNetwork):
    """A network in Velox; one plan per task and batch size, over weights that all plans share."""

    def __init__(
        self,
        model: Model,
        training: Training,
        weights: Weights,
        seed: int,
        precision: Precision = "float32",
    ) -> None:
        self._model = model
        self._training = training
        self._precision = precision
        self._parameters = Parameters(model, weights, training.optimizer, seed, precision)
        self._memory: NDArray[Any] = self._parameters.memory
        """What a step's store knows the parameters' memory by."""
        self._batches: dict[int, BatchBuffers] = {}
        self._plans: dict[tuple[str, int], Runnable] = {}

    def predict(self, inputs: FloatArray) -> FloatArray:
        """Return the outputs in evaluation mode, computed batch by batch in bounded memory."""
        outputs = np.empty((len(inputs), *self._model.output_shape), self._precision)
        size = self._predict_batch_size(len(inputs))
        for start in range(0, len(inputs), size):
            batch = slice(start, start + size)
            with self._run(self._predict, inputs[batch]) as row:
                outputs[batch].reshape(-1)[:] = row[OUTPUTS]
        return outputs

    def gradients(self, inputs: FloatArray, targets: TargetArray) -> tuple[float, Weights]:
        """Return the mean loss in training mode and its gradient with respect to every weight."""
        self._parameters.count_draw()
        with self._run(self._differentiate, inputs, targets) as row:
            gradients = {
                name: row[gradient_column(name)].reshape(shape).copy()
                for name, shape in self._model.weight_shapes().items()
            }
            return row[LOSS].item(), gradients

    def step(self, inputs: FloatArray, targets: TargetArray) -> tuple[float, int | None]:
        """Take one step; return the loss before it and, where there are classes, the hits."""
        self._parameters.count_step()
        self._parameters.count_draw()
        with self._run(self._train, inputs, targets) as row:
            has_classes = self._training.loss == "softmax_cross_entropy"
            return row[LOSS].item(), row[CORRECT].item() if has_classes else None

    def weights(self) -> Weights:
        """Return copies of the weights and states."""
        return self._parameters.weights()

    def close(self) -> None:
        """Drop the plans, and the buffers that they read."""
        self._plans.clear()
        self._batches.clear()

    def _predict_batch_size(self, samples: int) -> int:
        """Return the size of the fewest batches, about equal, that keep to the memory limit."""
        shapes = _shapes(self._model.layers, self._model.input_shape)
        widest_bytes = 4 * max(map(math.prod, shapes))
        weights_bytes = 4 * sum(map(math.prod, self._model.weight_shapes().values()))
        batches = math.ceil(samples * widest_bytes / max(PREDICT_BYTES, weights_bytes))
        return math.ceil(samples / max(1, batches)) or 1

    def _run(
        self,
        task: Callable[[NNBuilder], None],
        inputs: FloatArray,
        targets: TargetArray | None = None,
    ) -> AbstractContextManager[Results]:
        """Give a batch to a task's plan; plan and batch are made at the first of their size."""
        samples = len(inputs)
        if samples not in self._batches:
            self._batches[samples] = BatchBuffers(
                self._model, self._training.loss, samples, self._precision
            )
        batch = self._batches[samples]
        batch.fill(inputs, targets)
        key = (task.__name__, samples)
        if key not in self._plans:
            builder = NNBuilder(self._model, self._training.loss)
            task(builder)
            columns = self._parameters.columns() | {MEMORY: self._memory} | batch.columns()
            self._plans[key] = self._compile(builder, columns)
        return self._plans[key].run()

    @abstractmethod
    def _compile(self, builder: NNBuilder, columns: Columns) -> Runnable:
        """Return what runs the calls of the builder over the buffers."""

    def _predict(self, builder: NNBuilder) -> None:
        builder.forward_pass(training=False)
        builder.put_out(OUTPUTS)

    def _differentiate(self, builder: NNBuilder) -> None:
        builder.forward_pass(training=True)
        builder.calculate_loss()
        builder.put_out(*map(gradient_column, builder.compute_gradients()))

    def _train(self, builder: NNBuilder) -> None:
        builder.train_conv2d(self._training.optimizer, self._parameters.updates())


class VeloxNetwork(EngineNetwork):
    """A network in the ML functions: each task is a plan."""

    def __init__(
        self,
        model: Model,
        training: Training,
        weights: Weights,
        seed: int,
        functions: MlFunctions,
    ) -> None:
        super().__init__(model, training, weights, seed)
        self._lent = functions.lend(self._parameters.memory)
        self._memory = self._lent.number

    def close(self) -> None:
        """Drop the plans, then what they read and write."""
        super().close()
        self._lent.take_back()

    def _compile(self, builder: NNBuilder, columns: Columns) -> Runnable:
        return Plan(columns, builder.projections())


class PublishedEngineNetwork(EngineNetwork):
    """The same plans under a loop that starts from its own weights and shuffles by itself."""

    def __init__(self, model: Model, training: Training, seed: int, *engine: Any) -> None:
        super().__init__(model, training, canonical_weights(model, seed), seed, *engine)
        self._generator = np.random.default_rng(seed)

    def train_epoch(self, epoch: Epoch) -> EpochMetrics:
        """Take one step per batch, in an order of its own."""
        own_order = self._generator.permutation(len(epoch.inputs))
        return super().train_epoch(replace(epoch, order=own_order))


class PublishedVeloxNetwork(PublishedEngineNetwork, VeloxNetwork):
    """The same with the ML functions, which come last among the arguments."""


def _shapes(layers: Sequence[Layer], shape: Shape) -> Iterator[Shape]:
    """Yield the shape of all that enters or leaves a layer."""
    yield shape
    for layer, entering in layer_steps(layers, shape):
        for branch in layer.branches.values():
            yield from _shapes(branch, entering)
        yield layer.output_shape(entering)
