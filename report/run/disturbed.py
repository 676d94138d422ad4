"""What others disturbed while it was timed: which numbers of it count for nothing."""

from collections.abc import Iterable

from contract.result import Result
from report.run.samples import unit_of

_UNITS = frozenset({"s", "%", "J"})
"""Of what a neighbour on the same CPUs changes; it changes no accuracy, loss or memory."""


def depends_on_quiet(metric: str) -> bool:
    """Return whether a metric says nothing of a framework where others used its CPUs too."""
    return unit_of(metric) in _UNITS


def undisturbed(results: Iterable[Result]) -> list[Result]:
    """Return the results whose times count."""
    return [result for result in results if not result.disturbed_because]
