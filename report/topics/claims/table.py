"""Every claim of a study with its verdicts, and how many there are of each."""

from collections.abc import Mapping, Sequence

from contract.base import Protocol
from contract.study import Study
from report.elements.part import Part
from report.elements.table import Cell, CellKind, Footnotes, Group, Header, Table
from report.run.scope import Scope
from report.topics.claims.ledger import JudgedClaim, counts
from report.topics.claims.verdicts import IN_ORDER, ClaimVerdict, tally
from report.vocabulary.presentation import PROTOCOL_NAMES

_KINDS: Mapping[ClaimVerdict, CellKind] = {
    "reproduced": "pass",
    "contradicted": "fail",
    "inconclusive": "text",
    "not testable here": "missing",
}
_NOT_RUN = "this run did not follow this protocol here"
_GENERAL = "this verdict does not depend on a protocol"


def claims_part(scopes: Sequence[Scope], judged: Sequence[JudgedClaim]) -> Part:
    """Return the ledger of the study's claims."""
    study = scopes[0].study
    if study is None or not judged:
        return Part("claims")
    return Part("claims", tables=(claims_table(f"{study.id}-claims", study, judged),))


def claims_table(name: str, study: Study, judged: Sequence[JudgedClaim]) -> Table:
    """Return a row per claim: what the study says, and per protocol what this run says about it."""
    footnotes = Footnotes()
    protocols = [p for p in PROTOCOL_NAMES if any(p in found.judgements for found in judged)]
    headers = (
        Header("Claim", note="and where it stands"),
        Header("Published"),
        *(Header(f"Verdict, {PROTOCOL_NAMES[p]}", note="medians and test") for p in protocols),
    )
    groups = []
    for workload in study.workloads:
        rows = []
        for found in (claim for claim in judged if claim.claim.workload == workload.id):
            text = Cell(found.claim.text, notes=(found.claim.place,))
            published = Cell(found.claim.published, kind="published")
            verdicts = [_verdict(found, protocol, footnotes) for protocol in protocols]
            rows.append((text, published, *verdicts))
        if rows:
            groups.append(Group(tuple(rows), title=workload.title))
    caption = (
        f"The study's claims, judged by this run: {tally(found.headline for found in judged)}."
    )
    return Table(name, caption, headers, tuple(groups), footnotes.notes)


def counts_table(name: str, ledgers: Mapping[str, Sequence[JudgedClaim]]) -> Table:
    """Return a row per study, by title: how many claims have which verdict."""
    rows = [_counts(title, judged) for title, judged in ledgers.items()]
    if len(rows) > 1:
        every = [found for judged in ledgers.values() for found in judged]
        rows.append(_counts("all studies", every))
    counted = ("Claims", *IN_ORDER)
    headers = (Header("Study"), *(Header(text, numeric=True) for text in counted))
    caption = (
        "The studies' claims and what this run says about them: with each framework's own "
        "defaults, as the study ran it, where that was repeated often enough for a test; otherwise "
        "with everything equal."
    )
    return Table(name, caption, headers, (Group(tuple(rows)),))


def _verdict(found: JudgedClaim, protocol: Protocol, footnotes: Footnotes) -> Cell:
    judgement = found.judgements.get(protocol)
    if judgement is None:
        return footnotes.missing(_NOT_RUN)
    if found.is_general and judgement is not found.headline:
        return footnotes.missing(_GENERAL)
    notes = (*judgement.measured, *judgement.reasons)
    return Cell(judgement.verdict, kind=_KINDS[judgement.verdict], notes=notes)


def _counts(title: str, judged: Sequence[JudgedClaim]) -> tuple[Cell, ...]:
    numbers = (len(judged), *(count for _, count in counts(judged)))
    return (Cell(title), *(Cell(str(number), "number") for number in numbers))
