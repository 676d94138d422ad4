"""What the equivalence gate found: how far a contender is from the float64 reference."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, NonNegativeFloat, PositiveInt, model_validator

from contract.base import Precision, Record
from contract.untrusted import MAX_NUMBER

EvidenceKind = Literal[
    "forward_logits",
    "gradients",
    "losses",
    "trained_weights",
    "evaluation_logits",
    "dropout_masks",
]

DIVERGED = MAX_NUMBER
"""Stands for a distance that is no number, or too large to be stored."""


class Check(Record):
    """One piece of evidence against the float64 reference.

    `trained_weights` compares what training added to each tensor, not the tensor. `dropout_masks`
    has no reference to be equal to, for every framework draws its own: it is the distance of the
    share of zeros from the rate, in standard deviations, infinite where the scale is wrong.
    """

    kind: EvidenceKind
    error: float
    """Measured distance, by `measure`; `DIVERGED` where it is not finite."""
    measure: Literal["max_abs", "max_relative", "relative_l2", "standard_deviations"]
    tolerance: float
    worst: str
    """The tensor or step in which the distance was found."""
    floor: NonNegativeFloat | None = None
    """Distance of the reference itself in float32 from the reference: what the precision costs on
    this network, whoever computes it; None where the check did not need it."""
    cause: str = ""
    """Why the tolerance was missed, where that is known; a check may pass by its floor."""
    passed: bool


class EvidenceCase(Record):
    """The five kinds of evidence for one optimizer in one precision."""

    optimizer: Literal["sgd", "momentum", "adam"]
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
