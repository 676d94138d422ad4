"""What the equivalence gate found, as several parts of the report ask for it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from contract.evidence import Check, Equivalence
from contract.words import counted
from report.vocabulary.numbers import scientific
from report.vocabulary.presentation import presentation

_MOST_COUNTED = 1e9
"""More than this is no number of anything: a file that comes from elsewhere may say so."""


def checks_of(proofs: Iterable[Equivalence]) -> Iterator[Check]:
    """Yield every check of the proofs."""
    return (check for proof in proofs for case in proof.cases for check in case.checks)


def severity(check: Check) -> tuple[bool, float]:
    """Return what checks are ordered by: failed ones last, then by error over tolerance.

    Where nothing is tolerated, the error itself stands for that.
    """
    return not check.passed, check.error / (check.tolerance or 1.0)


def amount(check: Check, value: float) -> str:
    """Return an error or a limit of a check as text; what is counted, as a whole number."""
    is_counted = check.measure == "count" and value < _MOST_COUNTED
    return f"{value:,.0f}" if is_counted else scientific(value)


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
        check = self.check
        text = f"{self.clause} ({check.worst}: {_against_limit(check)})"
        if self.other_kinds:
            text += f", and {counted(self.other_kinds, 'other kind')} of evidence failed"
        return f"{text}. Cause: {check.cause}" if check.cause else text


def _against_limit(check: Check) -> str:
    error, limit = amount(check, check.error), amount(check, check.tolerance)
    if check.measure == "count":
        return f"{error} wrong where {limit if check.tolerance else 'none'} is allowed"
    unit = "\N{NO-BREAK SPACE}s" if check.measure == "seconds" else ""
    return f"{error}{unit} where {limit}{unit} is allowed"


def failure_of(proofs: Iterable[Equivalence]) -> GateFailure:
    """Return what is wrong; `proofs` hold at least one failed check."""
    failed = [check for check in checks_of(proofs) if not check.passed]
    kinds = [kind for kind in presentation().evidence if kind in {check.kind for check in failed}]
    worst = max((check for check in failed if check.kind == kinds[0]), key=severity)
    return GateFailure(worst, len(kinds) - 1)
