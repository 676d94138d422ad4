"""What is allowed, fixed beforehand and the same for every contender; and what float32 excuses."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice

from contract.base import Precision
from contract.evidence import Check, EvidenceKind, Measure
from runners.harness.gate.distance import Distance, worst_check

TOLERANCES: Mapping[Precision, Mapping[EvidenceKind, float]] = {
    "float32": {
        "forward_logits": 1e-6,
        "gradients": 1e-5,
        "losses": 1e-5,
        "trained_weights": 5e-4,
        "evaluation_logits": 1e-4,
        "layers": 1e-5,
        "optimizer": 2e-4,
    },
    # Keras keeps its running loss in float32, and rounds an optimizer's numbers to it.
    "float64": {
        "forward_logits": 1e-12,
        "gradients": 1e-10,
        "losses": 1e-6,
        "trained_weights": 1e-6,
        "evaluation_logits": 1e-6,
        "optimizer": 1e-6,
    },
}
"""Largest admissible distance from the float64 reference."""

FLOOR_FACTOR = 4.0
"""How many times as far as the reference in float32 a contender in float32 may go astray.

Two honest float32 programs round differently, and each is astray by luck as well as by rounding: on
ResNet-18 and VGG-16, where no float32 program keeps the tolerances, PyTorch was 0.6 to 2.9 times as
far from the float64 reference as the reference in float32 was.
"""

_SMOOTH: frozenset[EvidenceKind] = frozenset({"forward_logits"})
"""Kinds that no decision at a kink makes jump; a few runs show all that rounding does to them."""
_SMOOTH_RUNS = 5

MOST_EXCUSED = 0.1
"""No floor above this excuses anything: what is a tenth astray proves nothing."""

Errors = Mapping[str, float]
"""Distances by where they were found."""


@dataclass(frozen=True)
class Found:
    """The distances of one kind."""

    measure: Measure
    errors: Errors


Observed = Mapping[EvidenceKind, Found]


class Floors:
    """What float32 costs on a network, whoever computes it: found out as far as it is asked."""

    def __init__(self, runs: Iterator[Observed]) -> None:
        """Take what the reference in float32 shows, one run for each way of rounding."""
        self._runs = runs
        self._known: list[Observed] = []

    def reach(self, kind: EvidenceKind, where: str, error: float) -> float:
        """Return the largest distance seen there; run on while it does not account for `error`."""
        largest = 0.0
        for run in islice(self._each(), _SMOOTH_RUNS if kind in _SMOOTH else None):
            error_of_run = run[kind].errors[where]
            if error_of_run <= MOST_EXCUSED:  # a run that is farther off shows nothing
                largest = max(largest, error_of_run)
            if FLOOR_FACTOR * largest >= error:
                break
        return largest

    def _each(self) -> Iterator[Observed]:
        yield from self._known
        for run in self._runs:
            self._known.append(run)
            yield run


def judge(observed: Observed, precision: Precision, floors: Floors) -> tuple[Check, ...]:
    """Hold distances against the tolerances; in float32 against the floors where they miss them."""
    return tuple(judge_kind(kind, found, precision, floors) for kind, found in observed.items())


def judge_kind(kind: EvidenceKind, found: Found, precision: Precision, floors: Floors) -> Check:
    """Hold the distances of one kind against its tolerance, each against a floor of its own."""
    tolerance = TOLERANCES[precision][kind]
    missed = {where: error for where, error in found.errors.items() if not error <= tolerance}
    distances = [Distance(e, tolerance, found.measure, w) for w, e in found.errors.items()]
    if not missed or precision == "float64":
        return worst_check(kind, distances)
    reached = {where: floors.reach(kind, where, error) for where, error in missed.items()}
    allowed = {where: _allowed(floor) for where, floor in reached.items()}
    check = worst_check(
        kind, [replace(d, tolerance=max(tolerance, allowed.get(d.where, 0.0))) for d in distances]
    )
    excused = [error for where, error in missed.items() if error <= allowed[where]]
    floor = reached.get(check.worst)
    cause = f"float32: the reference computed in it is {floor:.1e} away itself" if floor else ""
    return check.model_copy(
        update={
            "tolerance": tolerance,
            "floor": floor,
            "excused": max(excused, default=None),
            "cause": cause if check.passed else "",
        }
    )


def _allowed(floor: float) -> float:
    return min(FLOOR_FACTOR * floor, MOST_EXCUSED) if floor <= MOST_EXCUSED else 0.0
