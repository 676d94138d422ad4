"""Who wins each workload of a study."""

from __future__ import annotations

from collections.abc import Sequence

from report.elements.part import Part
from report.run.scope import Scope
from report.topics.ranking.table import winners_table
from report.topics.ranking.winners import contests


def winners_part(scopes: Sequence[Scope]) -> Part:
    """Return who wins each workload by each criterion."""
    found = [contest for scope in scopes for contest in contests(scope)]
    if not found:
        return Part("winners")
    name = f"{scopes[0].study_id}-winners"
    return Part("winners", tables=(winners_table(name, found, scopes[0].styles),))
