"""A chain of projections, of which each passes on what later ones read."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

_COLUMN = re.compile(r"\b[a-z]\w*\b(?!\()")
"""A name in a call, but for those of functions."""

Definitions = dict[str, str]
"""Calls by the column that they compute."""


class Projections:
    """Collects definitions of columns, projection by projection."""

    def __init__(self) -> None:
        self._projections: list[Definitions] = []
        self._outputs: list[str] = []

    def add(self, definitions: Definitions) -> None:
        """Compute columns, each by its call, from those before them; none: no projection."""
        if definitions:
            self._projections.append(definitions)

    def add_readers(self, readers: Mapping[str, Definitions]) -> None:
        """Compute columns directly after the column that they read, by its name."""
        after = (
            {name: call for column in found for name, call in readers.get(column, {}).items()}
            for found in self._projections
        )
        pairs = zip(self._projections, after, strict=True)
        self._projections = [definitions for pair in pairs for definitions in pair if definitions]

    def put_out(self, *columns: str) -> None:
        """Keep columns to the end of the chain."""
        self._outputs += columns

    def definitions(self) -> Iterator[tuple[str, str]]:
        """Yield each column with its call, none within another."""
        for definitions in self._projections:
            yield from definitions.items()

    def chain(self) -> list[list[str]]:
        """Return the projections; each passes on what later ones need, and nothing else."""
        needed = set(self._outputs)
        chain: list[list[str]] = []
        for definitions in reversed(_merged(self._nested())):
            passed = sorted(needed - definitions.keys())
            chain.append([f"{call} AS {column}" for column, call in definitions.items()] + passed)
            needed = set(passed).union(*map(_COLUMN.findall, definitions.values()))
        return chain[::-1]

    def _nested(self) -> list[Definitions]:
        """Move each call that is read once, in the next projection, into the call that reads it.

        A projection holds what it was given until the plan ends, whether others need it or not;
        an argument of a call is free when the call is done.
        """
        calls = (call for definitions in self._projections for call in definitions.values())
        reads = Counter(column for call in calls for column in _COLUMN.findall(call))
        reads.update(self._outputs)
        nested: list[Definitions] = []
        for definitions in self._projections:
            before = nested.pop() if nested else {}
            read = {column for call in definitions.values() for column in _COLUMN.findall(call)}
            moved = {column for column in before.keys() & read if reads[column] == 1}
            if remaining := {name: call for name, call in before.items() if name not in moved}:
                nested.append(remaining)
            nested.append({name: _fill(call, before, moved) for name, call in definitions.items()})
        return nested


def _merged(projections: Iterable[Definitions]) -> list[Definitions]:
    """Put a projection that reads nothing of the one before into that one: each has its price."""
    merged: list[Definitions] = [{}]
    for definitions in projections:
        read = {column for call in definitions.values() for column in _COLUMN.findall(call)}
        if merged[-1].keys() & read:
            merged.append({})
        merged[-1] |= definitions
    return merged


def _fill(call: str, definitions: Definitions, moved: set[str]) -> str:
    """Put calls in the place of the columns that they define."""
    return _COLUMN.sub(lambda name: definitions[name[0]] if name[0] in moved else name[0], call)
