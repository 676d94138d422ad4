"""Assembles a network into a Velox plan: a chain of projections over a row of tensors.

The parts carry the names that the studies give to Velox's ML functions.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from contract.model import Model, Optimizer
from runners.velox.layer_calls import (
    Passage,
    forward_call,
    gradient_column,
    input_gradient_call,
    state_column,
    update_call,
    updated_column,
    weight_column,
    weight_gradient_calls,
)

INPUTS, LABELS, STEP = "inputs", "labels", "step"
"""Input columns: the batch, its classes, and the number of the optimizer's step, from 1."""
LOGITS, LOSS, CORRECT = "logits", "loss", "correct"
"""Output columns: the last layer's values, the mean loss of the batch, and how many of it are
classified right."""


@dataclass(frozen=True)
class Definition:
    """A column and the call that computes it."""

    column: str
    call: str


class NNBuilder:
    """Collects the calls of a network, projection by projection."""

    def __init__(self, model: Model) -> None:
        self._model = model
        self._projections: list[list[Definition]] = []
        self._passages: list[Passage] = []
        self._outputs: list[str] = []

    def forward_pass(self) -> None:
        """Take the inputs through every layer to the logits."""
        value = INPUTS
        for index, (layer, shape) in enumerate(self._model.steps()):
            call = forward_call(layer, shape, value)
            leaving = value if call == value else f"value_{index}"
            if leaving != value:
                self._project(Definition(leaving, call))
            self._passages.append(Passage(layer, shape, value, leaving))
            value = leaving
        self._project(Definition(LOGITS, value))

    def calculate_loss(self) -> None:
        """Put out the mean loss, and how many samples are classified right."""
        arguments = self._loss_arguments()
        self._project(
            Definition(LOSS, f"ml_softmax_cross_entropy({arguments})"),
            Definition(CORRECT, f"ml_count_correct({arguments})"),
        )
        self._outputs += [LOSS, CORRECT]

    def compute_gradients(self) -> dict[str, str]:
        """Go back through the layers; return the columns of the gradients by weight name."""
        gradient = "gradient_of_loss"
        call = f"ml_softmax_cross_entropy_gradient({self._loss_arguments()})"
        self._project(Definition(gradient, call))
        columns: dict[str, str] = {}
        for index in reversed(range(len(self._passages))):
            passage = self._passages[index]
            by_weights = weight_gradient_calls(passage, gradient)
            definitions = [
                Definition(gradient_column(name), call) for name, call in by_weights.items()
            ]
            columns |= {name: gradient_column(name) for name in by_weights}
            if self._has_weights_before(index):
                call = input_gradient_call(passage, gradient)
                if call != gradient:
                    gradient = f"gradient_{index}"
                    definitions.append(Definition(gradient, call))
            self._project(*definitions)
        return columns

    def update_weights(self, optimizer: Optimizer, gradients: dict[str, str]) -> None:
        """Put out every weight after the optimizer's step, with its new state behind it."""
        definitions = [
            Definition(
                updated_column(name),
                update_call(optimizer, weight_column(name), gradient, state_column(name), STEP),
            )
            for name, gradient in gradients.items()
        ]
        self._project(*definitions)
        self._outputs += [definition.column for definition in definitions]

    def train_conv2d(self, optimizer: Optimizer) -> None:
        """Do a whole training step: forward pass, loss, gradients, new weights, in one plan."""
        self.forward_pass()
        self.calculate_loss()
        self.update_weights(optimizer, self.compute_gradients())

    def put_out(self, *columns: str) -> None:
        """Keep columns to the end of the plan."""
        self._outputs += columns

    def projections(self) -> list[list[str]]:
        """Return the chain; each projection passes on what later ones need, and nothing else."""
        needed = set(self._outputs)
        chain: list[list[str]] = []
        for definitions in reversed(self._projections):
            passed = sorted(needed - {definition.column for definition in definitions})
            chain.append([f"{item.call} AS {item.column}" for item in definitions] + passed)
            needed = set(passed).union(*(_columns_in(item.call) for item in definitions))
        return chain[::-1]

    def _project(self, *definitions: Definition) -> None:
        if definitions:
            self._projections.append(list(definitions))

    def _loss_arguments(self) -> str:
        (classes,) = self._model.output_shape
        return f"{LOGITS}, {LABELS}, {classes}"

    def _has_weights_before(self, index: int) -> bool:
        """Say whether a gradient that reaches layer `index` has further to go."""
        earlier = self._passages[:index]
        return any(passage.layer.weight_shapes(passage.shape) for passage in earlier)


def _columns_in(call: str) -> set[str]:
    """Return the names in a call, but for those of functions and those in quotes."""
    return set(re.findall(r"\b[a-z]\w*\b(?![('])", call))
