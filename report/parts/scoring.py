"""Where an engine is at home: tables that were scored."""

from __future__ import annotations

from collections.abc import Sequence

from report.figures.scoring import scoring_chart
from report.parts.part import Part
from report.scope import Scope
from report.scoring import scored
from report.tables.scoring import scoring_table, scoring_verdicts


def scoring_part(scopes: Sequence[Scope]) -> Part:
    """Return pace, memory and agreement by table and device; nothing where no table was scored."""
    tables, drawings = [], []
    remarks: list[str] = []
    for device in dict.fromkeys(device for scope in scopes for device in scope.devices):
        scoring = [scope for scope in scopes if scored(scope, device)]
        if scoring:
            found = [scored(scope, device) for scope in scoring]
            name, looks = f"{scopes[0].study_id}-scoring-{device}", scopes[0].looks
            tables.append(scoring_table(name, scoring, device))
            drawings.append(scoring_chart(f"{name}-chart", found, looks))
            remarks += scoring_verdicts(found, looks)
    return Part("scoring", tuple(tables), tuple(drawings), tuple(remarks))
