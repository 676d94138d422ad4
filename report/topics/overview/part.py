"""The study's overview of all contenders."""

from __future__ import annotations

from collections.abc import Sequence

from report.elements.part import Part
from report.run.scope import Scope
from report.topics.overview.matrix import overview
from report.topics.overview.table import matrix_table


def overview_part(scopes: Sequence[Scope]) -> Part:
    """Return how far every contender is from the best, by metric, over the study's workloads."""
    aspects, first = overview(scopes), scopes[0]
    if not aspects:
        return Part("overview")
    contenders = tuple(dict.fromkeys(name for scope in scopes for name in scope.contenders))
    name = f"{first.study_id}-overview"
    return Part("overview", tables=(matrix_table(name, aspects, contenders, first.styles),))
