"""The memory that plans read: weights with their optimizer's state, and mini-batches."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from contract.model import Model, Optimizer
from runners.harness.contender import FloatArray, IntArray, Weights
from runners.velox.layer_calls import STATE_TENSORS, state_column, weight_column
from runners.velox.network_builder import INPUTS, LABELS, STEP

Columns = dict[str, NDArray[Any]]
"""Buffers by the column that they are in a plan."""


class Parameters:
    """The weights, each with the state that the optimizer keeps for it behind it, in float32."""

    def __init__(self, model: Model, weights: Weights, optimizer: Optimizer) -> None:
        self._shapes = model.weight_shapes()
        tensors = 1 + STATE_TENSORS[optimizer.type]
        self._tensors = {
            name: np.zeros((tensors, math.prod(shape)), np.float32)
            for name, shape in self._shapes.items()
        }
        for name, tensor in self._tensors.items():
            tensor[0] = weights[name].reshape(-1)
        self._step = np.zeros((), np.int64)

    def count_step(self) -> None:
        """Number the step that begins; the first is 1."""
        self._step += 1

    def columns(self) -> Columns:
        """Return weights, states and the step's number, as a plan reads them."""
        columns: Columns = {STEP: self._step}
        for name, tensor in self._tensors.items():
            columns[weight_column(name)] = tensor[0]
            if len(tensor) > 1:
                columns[state_column(name)] = tensor[1:].reshape(-1)
        return columns

    def tensors(self) -> Iterator[tuple[str, FloatArray]]:
        """Yield each weight's name and its buffer, state included, to be overwritten."""
        yield from self._tensors.items()

    def weights(self) -> Weights:
        """Return copies of the weights."""
        return {
            name: self._tensors[name][0].reshape(shape).copy()
            for name, shape in self._shapes.items()
        }


class Batch:
    """Room for a mini-batch of one size."""

    def __init__(self, model: Model, samples: int) -> None:
        self._inputs = np.zeros((samples, *model.input_shape), np.float32)
        self._labels = np.zeros(samples, np.int64)

    def columns(self) -> Columns:
        """Return inputs and labels, as a plan reads them."""
        return {INPUTS: self._inputs.reshape(-1), LABELS: self._labels}

    def fill(self, inputs: FloatArray, labels: IntArray | None) -> None:
        """Overwrite the batch; without labels those of before stay, for plans that read none."""
        self._inputs[:] = inputs
        if labels is not None:
            self._labels[:] = labels
