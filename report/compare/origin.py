"""What changed in what produced two runs: machine, software, source, resources, request."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from report.run.machine import differing_hardware
from report.run.records import Run

_ABSENT = "—"
_MOST_CHARACTERS = 100
_PASSING = {"run_id", "created", "finished", "order", "schema_version"}
"""Of a run's record: what differs between any two runs."""
_ORDERED = {"command"}
"""Of all lists the only one whose order says something."""

_Facts = dict[str, str]
"""Values by dotted name, as text; several values that occurred, sorted."""


@dataclass(frozen=True)
class Difference:
    """A fact that is not the same in both runs."""

    name: str
    """Dotted, as in the contract: `host.kernel`, `software.packages.torch`."""
    contenders: tuple[str, ...]
    """Whose jobs say so; empty for what belongs to the whole run."""
    before: str
    after: str


def differences(first: Run, second: Run) -> tuple[Difference, ...]:
    """Return every fact that differs; contenders for whom it does alike are named together."""
    found = [
        Difference(name, (), before, after)
        for name, before, after in _unequal(_request(first), _request(second))
    ]
    shared: dict[tuple[str, str, str], list[str]] = {}
    for contender in first.contenders:
        if contender in second.contenders:
            facts = (_facts(first, contender), _facts(second, contender))
            for difference in _unequal(*facts) if all(facts) else ():
                shared.setdefault(difference, []).append(contender)
    found += [
        Difference(name, tuple(contenders), before, after)
        for (name, before, after), contenders in shared.items()
    ]
    return tuple(found)


def machine_differences(first: Run, second: Run) -> tuple[Difference, ...]:
    """Return in what the machines of two runs differ, as far as both tell."""
    return tuple(
        Difference(label, (), " | ".join(before), " | ".join(after))
        for label, (before, after) in differing_hardware(first.jobs, second.jobs).items()
    )


def _request(run: Run) -> _Facts:
    return _as_text(run.record.model_dump(mode="json", exclude=_PASSING)) if run.record else {}


def _facts(run: Run, contender: str) -> _Facts:
    """Return fingerprint and pins of a contender's jobs."""
    values: dict[str, set[str]] = {}
    for job in run.jobs:
        if job.identity.contender == contender and job.result and job.result.fingerprint:
            pins = {name: pin.observed for name, pin in job.result.pins.items()}
            record = job.result.fingerprint.model_dump(mode="json") | {"pins": pins}
            for name, value in _as_text(record).items():
                values.setdefault(name, set()).add(value)
    return {name: " | ".join(sorted(several)) for name, several in values.items()}


def _as_text(record: Mapping[str, Any], prefix: str = "") -> _Facts:
    """Return the leaves of nested records by dotted name."""
    facts: _Facts = {}
    for name, value in record.items():
        if isinstance(value, Mapping):
            facts |= _as_text(value, f"{prefix}{name}.")
        elif isinstance(value, list):
            ordered = value if name in _ORDERED else sorted(map(str, value))
            facts[f"{prefix}{name}"] = ", ".join(ordered)
        elif value is not None:
            facts[f"{prefix}{name}"] = str(value)
    return facts


def _unequal(first: _Facts, second: _Facts) -> Iterator[tuple[str, str, str]]:
    for name in dict.fromkeys((*first, *second)):
        before, after = first.get(name, _ABSENT), second.get(name, _ABSENT)
        if before != after:
            yield name, _cut(before), _cut(after)


def _cut(text: str) -> str:
    return text if len(text) <= _MOST_CHARACTERS else f"{text[:_MOST_CHARACTERS]}…"
