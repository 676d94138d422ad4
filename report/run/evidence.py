"""What the equivalence gate found, as several parts of the report ask for it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from contract.evidence import Check, Equivalence
from report.vocabulary.numbers import counted, scientific
from report.vocabulary.presentation import presentation


def checks_of(proofs: Iterable[Equivalence]) -> Iterator[Check]:
    """Yield every check of the proofs."""
    return (check for proof in proofs for case in proof.cases for check in case.checks)


def severity(check: Check) -> tuple[bool, float]:
    """Return what checks are ordered by: failed ones last, then by error over tolerance.

    Where nothing is tolerated, the error itself stands for that.
    """
    return not check.passed, check.error / (check.tolerance or 1.0)


@dataclass(frozen=True)
class GateFailure:
    """What is wrong with a contender that failed the gate."""

    check: Check
    """Of the most telling kind that failed, the one that is farthest off."""
    other_kinds: int
    """How many other kinds failed."""

    @property
    def clause(self) -> str:
        """What is wrong, in plain words."""
        return presentation().evidence[self.check.kind].failed

    def __str__(self) -> str:
        error, tolerance = scientific(self.check.error), scientific(self.check.tolerance)
        text = f"{self.clause} ({self.check.worst}: {error} where {tolerance} is allowed)"
        if not self.other_kinds:
            return text
        return f"{text}, and {counted(self.other_kinds, 'other kind')} of evidence failed"


def failure_of(proofs: Iterable[Equivalence]) -> GateFailure:
    """Return what is wrong; `proofs` hold at least one failed check."""
    failed = [check for check in checks_of(proofs) if not check.passed]
    kinds = [kind for kind in presentation().evidence if kind in {check.kind for check in failed}]
    worst = max((check for check in failed if check.kind == kinds[0]), key=severity)
    return GateFailure(worst, len(kinds) - 1)
