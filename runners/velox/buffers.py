"""The memory that plans read: weights, states and what the optimizer remembers; mini-batches."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
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
        self._weight_shapes, self._state_shapes = model.weight_shapes(), model.state_shapes()
        tensors = 1 + REMEMBERED_TENSORS[optimizer.type]
        shapes: list[Shape] = [
            (tensors, math.prod(shape)) for shape in self._weight_shapes.values()
        ]
        by_layer = _by_layer(self._state_shapes)
        shapes += [
            (sum(math.prod(self._state_shapes[name]) for name in names),)
            for names in by_layer.values()
        ]
        self.memory: FloatArray = np.zeros(sum(map(math.prod, shapes)), precision)
        parts = iter(_parts(self.memory, shapes))
        self._tensors = {name: next(parts) for name in self._weight_shapes}
        self._states = {layer: next(parts) for layer in by_layer}
        for name, tensor in self._tensors.items():
            tensor[0] = weights[name].reshape(-1)
        for layer, names in by_layer.items():
            self._states[layer][:] = np.concatenate([weights[name].reshape(-1) for name in names])
        self._step, self._draw = np.zeros((), np.int64), np.zeros((), np.int64)
        self._seed = np.array(seed, np.int64)

    def count_step(self) -> None:
        """Number the optimizer's step that begins; the first is 1."""
        self._step += 1

    def count_draw(self) -> None:
        """Number the pass in training mode that begins: each drops other values."""
        self._draw += 1

    def columns(self) -> Columns:
        """Return everything as a plan reads it."""
        columns: Columns = {STEP: self._step, SEED: self._seed, DRAW: self._draw}
        for name, tensor in self._tensors.items():
            columns[weight_column(name)] = tensor[0]
            if len(tensor) > 1:
                columns[optimizer_column(name)] = tensor[1:].reshape(-1)
        return columns | {state_column(layer): state for layer, state in self._states.items()}

    def updates(self) -> list[str]:
        """Return the columns that a step computes anew, in the order of the memory."""
        columns = [*map(weight_column, self._tensors), *map(state_column, self._states)]
        return [*map(updated, columns)]

    def weights(self) -> Weights:
        """Return copies of the weights, then of the states."""
        weights = {
            name: self._tensors[name][0].reshape(shape).copy()
            for name, shape in self._weight_shapes.items()
        }
        for layer, names in _by_layer(self._state_shapes).items():
            sizes = [math.prod(self._state_shapes[name]) for name in names]
            parts = np.split(self._states[layer], np.cumsum(sizes)[:-1])
            for name, part in zip(names, parts, strict=True):
                weights[name] = part.reshape(self._state_shapes[name]).copy()
        return weights


class BatchBuffers:
    """Room for a mini-batch of one size."""

    def __init__(
        self, model: Model, loss: Loss, samples: int, precision: Precision = "float32"
    ) -> None:
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


def _parts(memory: FloatArray, shapes: Iterable[Shape]) -> Iterator[FloatArray]:
    """Yield views of these shapes, one after the other."""
    start = 0
    for shape in shapes:
        size = math.prod(shape)
        yield memory[start : start + size].reshape(shape)
        start += size


def _by_layer(names: Iterable[str]) -> dict[str, list[str]]:
    """Return the full names by the layer's, in their order."""
    found: dict[str, list[str]] = {}
    for name in names:
        found.setdefault(name.rpartition(".")[0], []).append(name)
    return found
