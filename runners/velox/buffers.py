"""The memory that plans read: weights, states and what the optimizer remembers; mini-batches."""

import math
from collections.abc import Mapping
from itertools import groupby
from typing import Any

import numpy as np
from numpy.typing import NDArray

from contract.base import Precision
from contract.layers import Shape
from contract.model import Model
from contract.training import Loss, Optimizer
from runners.harness.contender.network import FloatArray, TargetArray, Weights
from runners.velox.columns import (
    DRAW,
    INPUTS,
    SEED,
    STEP,
    TARGETS,
    optimizer_column,
    state_column,
    updated,
    weight_column,
)
from runners.velox.lowering.optimizers import REMEMBERED_TENSORS

Columns = dict[str, NDArray[Any]]
"""Buffers by the column that they are in a plan."""


class Parameters:
    """All that a step changes, in one precision and one memory.

    Each weight has what the optimizer remembers for it behind it; after all of them, each layer has
    its states one after the other.
    """

    def __init__(
        self,
        model: Model,
        weights: Weights,
        optimizer: Optimizer,
        seed: int,
        precision: Precision = "float32",
    ) -> None:
        shapes, states = model.weight_shapes(), model.state_shapes()
        remembered = REMEMBERED_TENSORS[optimizer.type]
        elements = (1 + remembered) * _elements(shapes) + _elements(states)
        self.memory: FloatArray = np.zeros(elements, precision)
        self._taken = 0
        self._step, self._draw = np.zeros((), np.int64), np.zeros((), np.int64)
        self._columns: Columns = {
            STEP: self._step,
            SEED: np.array(seed, np.int64),
            DRAW: self._draw,
        }
        self._updates: list[str] = []
        self._values: Weights = {}
        for name, shape in shapes.items():
            self._values[name] = self._take(shape)
            self._add(weight_column(name), self._values[name].reshape(-1))
            if remembered:
                self._columns[optimizer_column(name)] = self._take((remembered * math.prod(shape),))
        for layer, names in groupby(states, key=lambda name: name.rpartition(".")[0]):
            start = self._taken
            self._values |= {name: self._take(states[name]) for name in names}
            self._add(state_column(layer), self.memory[start : self._taken])
        for name, values in self._values.items():
            values[:] = weights[name]

    def count_step(self) -> None:
        """Number the optimizer's step that begins; the first is 1."""
        self._step += 1

    def count_draw(self) -> None:
        """Number the pass in training mode that begins: each drops other values."""
        self._draw += 1

    def columns(self) -> Columns:
        """Return everything as a plan reads it."""
        return self._columns

    def updates(self) -> list[str]:
        """Return the columns that a step computes anew, in the order of the memory."""
        return self._updates

    def weights(self) -> Weights:
        """Return copies of the weights, then of the states."""
        return {name: values.copy() for name, values in self._values.items()}

    def _take(self, shape: Shape) -> FloatArray:
        """Return the memory's next elements in a shape."""
        start = self._taken
        self._taken += math.prod(shape)
        return self.memory[start : self._taken].reshape(shape)

    def _add(self, column: str, values: FloatArray) -> None:
        """Give a plan a column that a step computes anew."""
        self._columns[column] = values
        self._updates.append(updated(column))


class BatchBuffers:
    """Room for a mini-batch of one size."""

    def __init__(self, model: Model, loss: Loss, samples: int, precision: Precision) -> None:
        self._inputs = np.zeros((samples, *model.input_shape), precision)
        self._targets: NDArray[Any] = (
            np.zeros(samples, np.int64)
            if loss == "softmax_cross_entropy"
            else np.zeros((samples, *model.output_shape), precision)
        )

    def columns(self) -> Columns:
        """Return inputs and targets, as a plan reads them."""
        return {INPUTS: self._inputs.reshape(-1), TARGETS: self._targets.reshape(-1)}

    def fill(self, inputs: FloatArray, targets: TargetArray | None) -> None:
        """Overwrite the batch; without targets those of before stay, for plans that read none."""
        self._inputs[:] = inputs
        if targets is not None:
            self._targets[:] = targets


def _elements(shapes: Mapping[str, Shape]) -> int:
    return sum(map(math.prod, shapes.values()))
