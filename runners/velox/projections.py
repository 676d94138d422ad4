"""A chain of projections, of which each passes on what later ones read."""

from __future__ import annotations

import re


class Projections:
    """Collects definitions of columns, projection by projection."""

    def __init__(self) -> None:
        self._projections: list[dict[str, str]] = []
        self._outputs: list[str] = []

    def add(self, definitions: dict[str, str]) -> None:
        """Compute columns, each by its call, from those before them; none: no projection."""
        if definitions:
            self._projections.append(definitions)

    def put_out(self, *columns: str) -> None:
        """Keep columns to the end of the chain."""
        self._outputs += columns

    def chain(self) -> list[list[str]]:
        """Return the projections; each passes on what later ones need, and nothing else."""
        needed = set(self._outputs)
        chain: list[list[str]] = []
        for definitions in reversed(self._projections):
            passed = sorted(needed - definitions.keys())
            chain.append([f"{call} AS {column}" for column, call in definitions.items()] + passed)
            needed = set(passed).union(*map(_columns_in, definitions.values()))
        return chain[::-1]


def _columns_in(call: str) -> set[str]:
    """Return the names in a call, but for those of functions."""
    return set(re.findall(r"\b[a-z]\w*\b(?!\()", call))
