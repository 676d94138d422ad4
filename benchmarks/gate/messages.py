"""What a worker is asked, and what it answers."""

from __future__ import annotations

import math
from typing import Literal

from contract.base import Record
from contract.evidence import Check, Equivalence, EvidenceKind

Verdict = Literal["seen", "passed", "broken"]


class Request(Record):
    """What to plant, and what to take the contender through the gate with."""

    defect: str | None = None
    """Id of a planted defect, which has a trial of its own."""
    scaled_gradient: ScaledGradient | None = None
    trial: str = ""
    seed: int = 0
    """Of the gate's weights."""
    offset: int = 0
    """Which of the trial's samples the gate is given."""


class ScaledGradient(Record):
    """A tensor whose gradient is wrong."""

    tensor: str
    factor: float


class Answer(Record):
    """What came of a request."""

    equivalence: Equivalence | None = None
    error: str = ""
    """Why there is no evidence."""
    was_run: bool | None = None
    """Whether what was planted was ever called; None: it cannot be told."""
    seconds: float
    """How long the gate took, and the building of what was planted."""

    @property
    def verdict(self) -> Verdict:
        """Whether the gate saw something wrong; broken: it came to no verdict."""
        if self.equivalence is None:
            return "broken"
        return "passed" if self.equivalence.passed else "seen"

    def failed(self) -> dict[EvidenceKind, Check]:
        """Return the failed checks by kind, of each kind the worst."""
        found: dict[EvidenceKind, Check] = {}
        for case in self.equivalence.cases if self.equivalence else ():
            for check in case.checks:
                if not check.passed:
                    worst = found.setdefault(check.kind, check)
                    if _excess(check) > _excess(worst):
                        found[check.kind] = check
        return found


def _excess(check: Check) -> float:
    """Return the error as a multiple of the tolerance."""
    return check.error / check.tolerance if check.tolerance else math.inf
