"""Assembles a network into a Velox plan: a chain of projections over a row of tensors.

The parts carry the names that the studies give to Velox's ML functions.
"""

from collections.abc import Iterator, Sequence
from itertools import count

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
from runners.velox.lowering.base import LayerPath, Value, call
from runners.velox.lowering.losses import loss_calls, loss_gradient_call
from runners.velox.lowering.optimizers import update_call
from runners.velox.projections import Projections


class NNBuilder:
    """Collects the calls of a network, projection by projection."""

    def __init__(self, model: Model, loss: Loss) -> None:
        self._model = model
        self._loss = loss
        self._projections = Projections()
        self._path: LayerPath

    def forward_pass(self, *, training: bool) -> None:
        """Take the inputs through every layer to the outputs, in training or in evaluation mode."""
        inputs = Value(INPUTS, self._model.input_shape, depends_on_weights=False)
        self._path = LayerPath(self._model.layers, inputs, count(), training)
        self._path.add_forward(self._projections)
        self._projections.add({OUTPUTS: self._path.leaving.column})

    def calculate_loss(self) -> None:
        """Put out the mean loss and, where there are classes, how many samples are right."""
        calls = loss_calls(self._loss, self._model.output_shape)
        self._projections.add(calls)
        self.put_out(*calls)

    def compute_gradients(self) -> list[str]:
        """Go back through the layers; return the names of the weights, the last layer's first."""
        gradient = "gradient_of_loss"
        self._projections.add({gradient: loss_gradient_call(self._loss, self._model.output_shape)})
        self._path.add_backward(self._projections, gradient)
        return [
            name
            for node in reversed([*self._path.leaves()])
            for name in node.layer.weight_shapes(node.entering.shape)
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

    def train_conv2d(self, optimizer: Optimizer, updates: Sequence[str]) -> None:
        """Do a whole training step: forward pass, loss, gradients, new weights, in one plan.

        Args:
            optimizer: Its rule, and its numbers.
            updates: The columns of the new weights and states, in the order of the memory.
        """
        self.forward_pass(training=True)
        self.calculate_loss()
        for node in self._path.leaves():
            states = node.new_state()
            self._projections.add({updated(column): found for column, found in states.items()})
        self.update_weights(optimizer, self.compute_gradients())
        self._projections.add({STORED: call("ml_store", MEMORY, *updates)})
        self.put_out(STORED)

    def put_out(self, *columns: str) -> None:
        """Keep columns to the end of the plan."""
        self._projections.put_out(*columns)

    def definitions(self) -> Iterator[tuple[str, str]]:
        """Yield each column with the call for it, in an order in which they can be computed."""
        return self._projections.definitions()

    def projections(self) -> list[list[str]]:
        """Return the chain; each projection passes on what later ones need, and nothing else."""
        return self._projections.chain()
