"""Every claim of a study with its verdict."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from contract.claim import Claim
from report.claims import VERDICTS, Judgement, Verdict
from report.numbers import listed
from report.tables.model import Cell, CellKind, Group, Header, Table

_KINDS: Mapping[Verdict, CellKind] = {
    "reproduced": "pass",
    "contradicted": "fail",
    "inconclusive": "text",
    "not testable here": "missing",
}


def claims_table(name: str, judged: Sequence[tuple[Claim, Judgement]]) -> Table:
    """Return a row per claim: what the study says, what was measured, the verdict and its test."""
    headers = (
        Header("Claim", note="and where it stands"),
        Header("Published"),
        Header("Measured here", note="medians"),
        Header("Verdict", note="and the test behind it"),
    )
    rows = tuple(_row(claim, judgement) for claim, judgement in judged)
    caption = f"The study's claims, judged by this run: {tally([found for _, found in judged])}."
    return Table(name, caption, headers, (Group(rows),))


def tally(judgements: Sequence[Judgement]) -> str:
    """Return the verdicts as counts: "3 reproduced, 1 contradicted and 4 not testable here"."""
    counts = Counter(judgement.verdict for judgement in judgements)
    return listed(
        [f"{counts[verdict]} {verdict}" for verdict in reversed(VERDICTS) if counts[verdict]]
    )


def _row(claim: Claim, judgement: Judgement) -> tuple[Cell, ...]:
    measured = "; ".join(judgement.measured) or "—"
    return (
        Cell(claim.text, notes=(claim.place,)),
        Cell(claim.published, kind="published"),
        Cell(measured),
        Cell(judgement.verdict, kind=_KINDS[judgement.verdict], notes=judgement.reasons),
    )
