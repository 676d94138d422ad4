"""What the equivalence gate found about each contender of a workload."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, get_args

from contract.base import Device, Precision
from contract.evidence import Check, Equivalence, EvidenceKind, Measure
from report.run.evidence import severity
from report.run.measurements import GateStatus
from report.run.scope import Scope
from report.vocabulary.numbers import decimals_for, listed, scientific
from report.vocabulary.presentation import Style, presentation

KINDS: tuple[EvidenceKind, ...] = get_args(EvidenceKind)
_ALWAYS: tuple[EvidenceKind, ...] = ("layers", "optimizer", "epoch", "prediction")
"""What the gate looks at in every network; it began to with schema version 3."""
_RELATIVE: tuple[Measure, ...] = ("max_relative", "relative_l2", "share")


class Place(NamedTuple):
    """Where a check stands in a proof."""

    kind: EvidenceKind
    optimizer: str
    precision: Precision


@dataclass(frozen=True)
class Proofs:
    """Everything that one contender's jobs proved, or failed to."""

    style: Style
    status: GateStatus
    given: tuple[Equivalence, ...]
    checks: Mapping[Place, Check]
    """The worst of all proofs, by place."""
    unavailable: Mapping[Precision, str]

    def of(self, kind: EvidenceKind) -> dict[Place, Check]:
        """Return the checks of one kind."""
        return {place: check for place, check in self.checks.items() if place.kind == kind}

    @property
    def is_early(self) -> bool:
        """Whether only a gate of before schema version 3 proved anything."""
        return bool(self.checks) and not any(self.of(kind) for kind in _ALWAYS)


def proofs_of(scope: Scope, device: Device) -> list[Proofs]:
    """Return the proofs of every contender of a workload."""
    found = []
    for setting in scope.settings("matched", device):
        given = tuple(scope.measurements.equivalences(setting))
        status = scope.measurements.gate(setting)
        entry = (scope.style(setting), status, given, _worst(given), _unavailable(given))
        found.append(Proofs(*entry))
    return found


def remarks(found: Sequence[Proofs]) -> Iterator[str]:
    """Say what was not looked at, and what was excused."""
    for proofs in found:
        for precision, reason in proofs.unavailable.items():
            yield f"{proofs.style.title} has no {precision}: {reason}"
    early = [proofs.style.title for proofs in found if proofs.is_early]
    if early:
        nouns = [presentation().evidence[kind].noun for kind in _ALWAYS]
        yield (f"{listed(early)}: proved by an earlier gate, which did not look at {listed(nouns)}")
    for proofs in found:
        distances = list(_excused(proofs))
        if distances:
            yield (
                f"Excused in {proofs.style.title}: {listed(distances)}, because the reference "
                "itself, computed in float32, is as far from the one in float64"
            )


def excused(check: Check) -> float:
    """Return the largest distance beyond the tolerance that a floor accounts for; 0 without any.

    A gate of before schema version 3 tells only that it let the largest distance of all pass.
    """
    if check.excused is not None:
        return check.excused
    return check.error if check.passed and check.error > check.tolerance else 0.0


def _excused(proofs: Proofs) -> Iterator[str]:
    """Yield the largest of what was excused, by kind and precision."""
    largest: dict[tuple[EvidenceKind, Precision], Check] = {}
    for place, check in proofs.checks.items():
        key = (place.kind, place.precision)
        if excused(check) > 0:
            largest[key] = max(largest.get(key, check), check, key=excused)
    for (kind, precision), check in largest.items():
        noun = presentation().evidence[kind].noun
        yield f"{noun} in {precision} up to {_shown(check.measure, excused(check))}"


def _shown(measure: Measure, distance: float) -> str:
    if measure in _RELATIVE:
        points = 100 * distance
        return f"{points:.{decimals_for(points, digits=2)}f}\N{NO-BREAK SPACE}%"
    return scientific(distance)


def _worst(given: Sequence[Equivalence]) -> dict[Place, Check]:
    worst: dict[Place, Check] = {}
    for case in (case for proof in given for case in proof.cases):
        for check in case.checks:
            place = Place(check.kind, case.optimizer, case.precision)
            worst[place] = max(worst.get(place, check), check, key=severity)
    return worst


def _unavailable(given: Sequence[Equivalence]) -> dict[Precision, str]:
    reasons: dict[Precision, str] = {}
    for proof in reversed(given):  # the first reason of several holds
        reasons |= proof.unavailable
    return {p: reasons[p] for p in get_args(Precision) if p in reasons}
