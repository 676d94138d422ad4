"""What the equivalence gate found: how far a contender is from the float64 reference."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, NonNegativeFloat, PositiveInt, model_validator

from contract.base import Precision, Record
from contract.training import OptimizerKind
from contract.untrusted import MAX_NUMBER

EvidenceKind = Literal[
    "forward_logits",
    "gradients",
    "losses",
    "trained_weights",
    "evaluation_logits",
    "layers",
    "optimizer",
    "epoch",
    "prediction",
    "dropout",
    "published_loop",
]
"""The first five are of the whole network: its logits, the gradients of its first batch, the losses
of the steps, what they added to each tensor (not the tensor), and the logits after them. `layers`:
outputs and gradients of each layer by itself. `optimizer`: its steps on a linear network. `epoch`:
the loop that is timed, against steps taken one by one and against the reference. `prediction`:
many rows at once against few. `dropout`: its masks have no reference to be equal to, for every
framework draws its own; it is looked at whether they are what they should be. `published_loop`:
whether the published protocol's loop visits each sample once, in an order of its own, takes the
steps of the study's optimizer in training mode, reports the loss it had, and predicts as its
weights do."""

Measure = Literal[
    "max_abs",
    "max_relative",
    "relative_l2",
    "standard_deviations",
    "share",
    "ratio",
    "count",
    "seconds",
]
"""share: of what there is; ratio: to what there should be; count: of what should be none; seconds:
of processor time."""

DIVERGED = MAX_NUMBER
"""Stands for a distance that is no number, or too large to be stored."""


class Check(Record):
    """One piece of evidence: the largest distance of its kind, as a multiple of what is allowed."""

    kind: EvidenceKind
    error: float
    """Measured distance, by `measure`; `DIVERGED` where it is not finite."""
    measure: Measure
    tolerance: float
    worst: str
    """Where the distance was found: a tensor, a step, a layer, a row, a number of the optimizer."""
    floor: NonNegativeFloat | None = None
    """Distance of the reference itself in float32 from the reference, there: what the precision
    costs on this network, whoever computes it; None where the check did not need it."""
    excused: NonNegativeFloat | None = None
    """The largest distance beyond the tolerance that a floor accounts for; None: nothing is."""
    cause: str = ""
    """Why the tolerance was missed, where that is known; a check may pass by its floor."""
    passed: bool


class EvidenceCase(Record):
    """The evidence for one optimizer in one precision.

    What does not depend on the optimizer stands in the first case of the study's own.
    """

    optimizer: OptimizerKind
    precision: Precision
    checks: tuple[Check, ...] = Field(min_length=1)

    @property
    def passed(self) -> bool:
        """Whether every check passed."""
        return all(check.passed for check in self.checks)


class Equivalence(Record):
    """Whether a contender computes the network that the study describes."""

    passed: bool
    batch_size: PositiveInt
    steps: PositiveInt
    cases: tuple[EvidenceCase, ...] = Field(min_length=1)
    unavailable: dict[Precision, str] = Field(default_factory=dict)
    """Precisions that the contender does not have, with the reason."""

    @model_validator(mode="after")
    def _verdict_follows_from_cases(self) -> Equivalence:
        if self.passed != all(case.passed for case in self.cases):
            raise ValueError("`passed` contradicts the cases")
        return self
