"""What the report makes of a result's metrics, one function each."""

import re
from collections.abc import Callable, Mapping

from contract.result import Result

_PACKAGE = re.compile(r"package-\d+")
"""A domain of `contract.meters.Meters.cpu_energy_joules` that is no part of another."""


def cpu_energy_joules(result: Result) -> tuple[float, ...]:
    """Add up the processor packages; their parts, and the platform around them, count in none."""
    joules = result.meters.cpu_energy_joules if result.meters else {}
    packages = [value for domain, value in joules.items() if _PACKAGE.fullmatch(domain)]
    return (sum(packages),) if packages else ()


_DERIVED: Mapping[str, Callable[[Result], tuple[float, ...]]] = {
    "cpu_energy_joules": cpu_energy_joules,
}
"""By the name of the metric; every other metric is the field of that name."""


def values_of(result: Result, metric: str) -> tuple[float, ...]:
    """Return the numbers of a metric, in the contract's unit; none where it was not measured."""
    if metric in _DERIVED:
        return _DERIVED[metric](result)
    fields = (getattr(record, metric, None) for record in result.measured)
    value = next((found for found in fields if found is not None), ())
    return tuple(map(float, value)) if isinstance(value, tuple) else (float(value),)
