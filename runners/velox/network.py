"""A network whose every number is computed inside Velox plans."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from contract.model import Model, Training
from runners.harness.contender import EpochMetrics, FloatArray, IntArray, Network, Weights
from runners.harness.loop import epoch_by_steps
from runners.velox.buffers import Batch, Parameters
from runners.velox.layer_calls import gradient_column, updated_column
from runners.velox.network_builder import CORRECT, LOGITS, LOSS, NNBuilder
from runners.velox.plan import Plan, Row

PREDICT_BYTES = 4 << 20
"""What the widest tensor of a prediction may take: more would cost memory and gain no time."""


class VeloxNetwork(Network):
    """A network in Velox; one plan per task and batch size, over weights that all plans share."""

    def __init__(self, model: Model, training: Training, weights: Weights) -> None:
        self._model = model
        self._optimizer = training.optimizer
        self._parameters = Parameters(model, weights, training.optimizer)
        self._batches: dict[int, Batch] = {}
        self._plans: dict[tuple[str, int], Plan] = {}

    def predict(self, inputs: FloatArray) -> FloatArray:
        """Return the logits, computed batch by batch in bounded memory."""
        logits = np.empty((len(inputs), *self._model.output_shape), np.float32)
        size = self._predict_batch_size(len(inputs))
        for start in range(0, len(inputs), size):
            batch = slice(start, start + size)
            with self._run(self._predict, inputs[batch]) as row:
                row.copy_tensor(LOGITS, into=logits[batch])
        return logits

    def gradients(self, inputs: FloatArray, labels: IntArray) -> tuple[float, Weights]:
        """Return the mean loss and its gradient by every weight."""
        with self._run(self._differentiate, inputs, labels) as row:
            gradients = {
                name: row.tensor(gradient_column(name)).reshape(shape)
                for name, shape in self._model.weight_shapes().items()
            }
            return row.number(LOSS), gradients

    def train_step(self, inputs: FloatArray, labels: IntArray) -> float:
        """Take one step; return the loss before it."""
        return self._train_step(inputs, labels)[0]

    def train_epoch(
        self,
        inputs: FloatArray,
        labels: IntArray,
        order: IntArray,
        batch_size: int,
        on_batch: Callable[[int], None],
    ) -> EpochMetrics:
        """Take one step per batch of `inputs[order]`."""
        return epoch_by_steps(self._train_step, inputs, labels, order, batch_size, on_batch)

    def weights(self) -> Weights:
        """Return copies of the weights."""
        return self._parameters.weights()

    def close(self) -> None:
        """Drop the plans, and the buffers that they read."""
        self._plans.clear()
        self._batches.clear()

    def _train_step(self, inputs: FloatArray, labels: IntArray) -> tuple[float, int]:
        self._parameters.count_step()
        with self._run(self._train, inputs, labels) as row:
            for name, tensor in self._parameters.tensors():
                row.copy_tensor(updated_column(name), into=tensor)
            return row.number(LOSS), row.number(CORRECT)

    def _predict_batch_size(self, samples: int) -> int:
        """Return the size of the fewest batches, about equal, that keep to the memory limit."""
        widest_bytes = 4 * max(math.prod(shape) for _, shape in self._model.steps())
        batches = max(1, math.ceil(samples * widest_bytes / PREDICT_BYTES))
        return max(1, math.ceil(samples / batches))

    def _run(
        self,
        task: Callable[[NNBuilder], None],
        inputs: FloatArray,
        labels: IntArray | None = None,
    ) -> Row:
        """Give a batch to a task's plan; plan and batch are made at the first of their size."""
        samples = len(inputs)
        if samples not in self._batches:
            self._batches[samples] = Batch(self._model, samples)
        batch = self._batches[samples]
        batch.fill(inputs, labels)
        key = (task.__name__, samples)
        if key not in self._plans:
            self._plans[key] = self._plan(task, batch)
        return self._plans[key].run()

    def _plan(self, task: Callable[[NNBuilder], None], batch: Batch) -> Plan:
        builder = NNBuilder(self._model)
        task(builder)
        return Plan(self._parameters.columns() | batch.columns(), builder.projections())

    def _predict(self, builder: NNBuilder) -> None:
        builder.forward_pass()
        builder.put_out(LOGITS)

    def _differentiate(self, builder: NNBuilder) -> None:
        builder.forward_pass()
        builder.calculate_loss()
        builder.put_out(*builder.compute_gradients().values())

    def _train(self, builder: NNBuilder) -> None:
        builder.train_conv2d(self._optimizer)
