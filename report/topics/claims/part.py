"""The ledger of a study's claims."""

from __future__ import annotations

from collections.abc import Sequence

from report.elements.part import Part
from report.run.scope import Scope
from report.topics.claims.ledger import JudgedClaim
from report.topics.claims.table import claims_table


def claims_part(scopes: Sequence[Scope], judged: Sequence[JudgedClaim]) -> Part:
    """Return the ledger of the study's claims."""
    study = scopes[0].study
    if study is None or not judged:
        return Part("claims")
    return Part("claims", tables=(claims_table(f"{study.id}-claims", study, judged),))
