"""How a network is trained: loss, optimizer and its numbers."""

from typing import Annotated, Literal

from pydantic import Field

from contract.base import Record
from contract.numbers import Count, Fraction32, NotNegative32, Positive32


class _GradientDescent(Record):
    """What all optimizers have; their rules are given for weight w, gradient g and rate η."""

    learning_rate: Positive32
    weight_decay: NotNegative32 = 0.0
    """λ of an L2 penalty, for every weight: g ← g + λ·w before all else (not the decoupled one)."""


class SGD(_GradientDescent):
    """w ← w − η·g."""

    type: Literal["sgd"]


class Momentum(_GradientDescent):
    """v ← μ·v + g; w ← w − η·v (Sutskever et al. 2013, without Nesterov's look-ahead)."""

    type: Literal["momentum"]
    momentum: Fraction32 = 0.9


class Adam(_GradientDescent):
    """Adam with ε on the uncorrected root: w ← w − η·√(1−β₂ᵗ)/(1−β₁ᵗ)·m/(√v + ε).

    Kingma & Ba 2015, the paragraph before section 2.1 ("ε hat"). Frameworks that put ε beside the
    *corrected* root reach the same step with ε/√(1−β₂ᵗ).
    """

    type: Literal["adam"]
    beta_1: Fraction32 = 0.9
    beta_2: Fraction32 = 0.999
    epsilon: Positive32 = 1e-7


OptimizerKind = Literal["sgd", "momentum", "adam"]

Optimizer = Annotated[SGD | Momentum | Adam, Field(discriminator="type")]

Loss = Literal["softmax_cross_entropy", "mean_squared_error"]
"""softmax_cross_entropy: mean over the batch of −log softmax(logits)[label]; the network ends in
logits. mean_squared_error: mean over batch and outputs of (output − target)²."""

Defect = Literal["broadcast_targets"]
"""broadcast_targets: the loss sees targets of shape (batch,) against outputs of shape (batch, 1),
which broadcast to (batch, batch): every output is drawn to the mean of all targets."""


class Training(Record):
    """How a network is trained."""

    loss: Loss
    optimizer: Optimizer
    batch_size: Count
    defect: Defect | None = None
    """A known mistake, made on purpose by the contender whose framework admits it."""
