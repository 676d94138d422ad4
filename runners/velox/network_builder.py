"""Assembles a network into a Velox plan: a chain of projections over a row of tensors.

The parts carry the names that the studies give to Velox's ML functions.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

from contract.layers import AnyLayer, Residual, Shape
from contract.model import Model
from contract.training import Loss, Optimizer
from runners.velox.columns import (
    INPUTS,
    MEMORY,
    OUTPUTS,
    STORED,
    gradient_column,
    updated,
    weight_column,
)
from runners.velox.lowering.base import Passage, Value
from runners.velox.lowering.layers import calls_of
from runners.velox.lowering.losses import loss_calls, loss_gradient_call
from runners.velox.lowering.optimizers import update_call
from runners.velox.projections import Projections


@dataclass(frozen=True)
class Fork:
    """A residual in the network: two ways from one value to a sum."""

    number: int
    entering: Value
    layers: Way
    shortcut: Way


Way = tuple[Passage[Any] | Fork, ...]
"""Layers one after the other."""


class NNBuilder:
    """Collects the calls of a network, projection by projection."""

    def __init__(self, model: Model, loss: Loss) -> None:
        self._model = model
        self._loss = loss
        self._projections = Projections()
        self._numbers = count()
        self._way: Way = ()

    def forward_pass(self, *, training: bool) -> None:
        """Take the inputs through every layer to the outputs, in training or in evaluation mode."""
        inputs = Value(INPUTS, self._model.input_shape, depends_on_weights=False)
        self._way, outputs = self._pass_all(self._model.layers, inputs, training)
        self._projections.add({OUTPUTS: outputs.column})

    def calculate_loss(self) -> None:
        """Put out the mean loss and, where there are classes, how many samples are right."""
        calls = loss_calls(self._loss, self._model.output_shape)
        self._projections.add(calls)
        self.put_out(*calls)

    def compute_gradients(self) -> list[str]:
        """Go back through the layers; return the names of the weights, the last layer's first."""
        gradient = "gradient_of_loss"
        call = loss_gradient_call(self._loss, self._model.output_shape)
        self._projections.add({gradient: call})
        self._return_all(self._way, gradient)
        return [
            name
            for passage in reversed([*_passages(self._way)])
            for name in passage.layer.weight_shapes(passage.entering.shape)
        ]

    def update_weights(self, optimizer: Optimizer, names: Sequence[str]) -> None:
        """Compute weights after the optimizer's step, with what it remembers behind each.

        Each as soon as its gradient is there, which is free then: nobody else reads most of them.
        """
        updates = {
            gradient_column(name): {updated(weight_column(name)): update_call(optimizer, name)}
            for name in names
        }
        self._projections.add_readers(updates)

    def update_states(self) -> None:
        """Compute what the layers remember beside their weights."""
        for passage in _passages(self._way):
            states = calls_of(passage.layer).new_state(passage)
            self._projections.add({updated(column): call for column, call in states.items()})

    def store(self, columns: Sequence[str]) -> None:
        """Put columns into the memory, one after the other, when all else is computed."""
        self._projections.add({STORED: f"ml_store({', '.join([MEMORY, *columns])})"})
        self.put_out(STORED)

    def train_conv2d(self, optimizer: Optimizer, updates: Sequence[str]) -> None:
        """Do a whole training step: forward pass, loss, gradients, new weights, in one plan.

        Args:
            optimizer: Its rule, and its numbers.
            updates: The columns of the new weights and states, in the order of the memory.
        """
        self.forward_pass(training=True)
        self.calculate_loss()
        self.update_states()
        self.update_weights(optimizer, self.compute_gradients())
        self.store(updates)

    def put_out(self, *columns: str) -> None:
        """Keep columns to the end of the plan."""
        self._projections.put_out(*columns)

    def definitions(self) -> Iterator[tuple[str, str]]:
        """Yield each column with the call for it, in an order in which they can be computed."""
        return self._projections.definitions()

    def projections(self) -> list[list[str]]:
        """Return the chain; each projection passes on what later ones need, and nothing else."""
        return self._projections.chain()

    def _pass_all(
        self, layers: Sequence[AnyLayer], value: Value, training: bool
    ) -> tuple[Way, Value]:
        way: list[Passage[Any] | Fork] = []
        for layer in layers:
            number = next(self._numbers)
            passed: Passage[Any] | Fork
            if isinstance(layer, Residual):
                passed, column = self._pass_fork(layer, number, value, training)
            else:
                passed, column = self._pass_layer(layer, number, value, training)
            way.append(passed)
            value = _value_after(layer, value, column)
        return tuple(way), value

    def _pass_layer(
        self, layer: AnyLayer, number: int, entering: Value, training: bool
    ) -> tuple[Passage[Any], str]:
        """Compute a layer; one without a call of its own makes no column."""
        calls = calls_of(layer)
        passage = Passage(layer, number, entering, leaving=f"value_{number}")
        if training:
            self._projections.add(calls.statistics(passage))
        call = calls.forward(passage) if training else calls.evaluate(passage)
        return passage, self._define(passage.leaving, call, unless=entering.column)

    def _pass_fork(
        self, layer: Residual, number: int, entering: Value, training: bool
    ) -> tuple[Fork, str]:
        shortcut, by_shortcut = self._pass_all(layer.shortcut, entering, training)
        layers, by_layers = self._pass_all(layer.layers, entering, training)
        leaving = f"value_{number}"
        self._projections.add({leaving: f"ml_add({by_layers.column}, {by_shortcut.column})"})
        return Fork(number, entering, layers, shortcut), leaving

    def _return_all(self, way: Way, gradient: str) -> str:
        """Go back; return the gradient by what enters, which means nothing where nobody asks."""
        for passed in reversed(way):
            if isinstance(passed, Fork):
                gradient = self._return_by_fork(passed, gradient)
            else:
                gradient = self._return_by_layer(passed, gradient)
        return gradient

    def _return_by_layer(self, passage: Passage[Any], gradient: str) -> str:
        calls = calls_of(passage.layer)
        by_weights = calls.weight_gradients(passage, gradient)
        self._projections.add({gradient_column(name): call for name, call in by_weights.items()})
        if not passage.entering.depends_on_weights:
            return gradient
        call = calls.input_gradient(passage, gradient)
        return self._define(f"gradient_{passage.number}", call, unless=gradient)

    def _return_by_fork(self, fork: Fork, gradient: str) -> str:
        by_layers = self._return_all(fork.layers, gradient)
        by_shortcut = self._return_all(fork.shortcut, gradient)
        if not fork.entering.depends_on_weights:
            return gradient
        call = f"ml_add({by_layers}, {by_shortcut})"
        return self._define(f"gradient_{fork.number}", call, unless=gradient)

    def _define(self, column: str, call: str, unless: str) -> str:
        """Compute a column, but where the call is a column already; return that which has it."""
        if call == unless:
            return unless
        self._projections.add({column: call})
        return column


def _value_after(layer: AnyLayer, entering: Value, column: str) -> Value:
    has_weights = bool(layer.weight_shapes(entering.shape))
    shape: Shape = layer.output_shape(entering.shape)
    return Value(column, shape, entering.depends_on_weights or has_weights)


def _passages(way: Way) -> Iterator[Passage[Any]]:
    """Yield every layer, those within forks included."""
    for passed in way:
        if isinstance(passed, Fork):
            yield from _passages(passed.layers)
            yield from _passages(passed.shortcut)
        else:
            yield passed
