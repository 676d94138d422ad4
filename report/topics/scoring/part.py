"""Where an engine is at home: tables that were scored."""

from __future__ import annotations

from collections.abc import Sequence

from report.elements.part import Part
from report.run.scope import Scope
from report.topics.scoring.figure import scoring_chart
from report.topics.scoring.scoring import scored
from report.topics.scoring.table import scoring_table, scoring_verdicts


def scoring_part(scopes: Sequence[Scope]) -> Part:
    """Return throughput, memory and agreement by table and device, where tables were scored."""
    tables, figures = [], []
    remarks: list[str] = []
    for device in dict.fromkeys(device for scope in scopes for device in scope.devices):
        scoring = [scope for scope in scopes if scored(scope, device)]
        if scoring:
            found = [scored(scope, device) for scope in scoring]
            name, styles = f"{scopes[0].study_id}-scoring-{device}", scopes[0].styles
            tables.append(scoring_table(name, scoring, device))
            figures.append(scoring_chart(f"{name}-chart", found, styles))
            remarks += scoring_verdicts(found, styles)
    return Part("scoring", tuple(tables), tuple(figures), tuple(remarks))
