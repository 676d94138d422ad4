"""The evidence of equality in a line per contender and precision, as paper has room for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from contract.base import Device, Precision
from contract.evidence import Check, Equivalence, EvidenceKind
from report.elements.table import Cell, Footnotes, Group, Header, Table
from report.run.scope import Scope
from report.vocabulary.numbers import scientific

EVIDENCE_TITLES: Mapping[EvidenceKind, str] = {
    "forward_logits": "Logits before training",
    "gradients": "First gradients",
    "losses": "Losses, step by step",
    "trained_weights": "What the steps added to the weights",
    "evaluation_logits": "Logits after the steps",
    "dropout_masks": "Zeros of dropout",
}
_Checked = tuple[str, Check]
"""An optimizer, and a check of it."""


def brief_table(name: str, caption: str, scope: Scope, device: Device) -> Table:
    """Return how many checks passed, and the one that came closest to its tolerance or beyond."""
    footnotes = Footnotes()
    rows: list[tuple[Cell, ...]] = []
    for setting in scope.settings("matched", device):
        style, status = scope.style(setting), scope.measurements.gate(setting)
        first = Cell(style.title, style=style)
        proofs = scope.measurements.equivalences(setting)
        rows += [(first, Cell(status), *cells) for cells in _precisions(proofs, footnotes)]
        if not proofs:
            rows.append((first, Cell(status), Cell("—"), Cell("—"), Cell("—")))
    heads = ("Contender", "Gate", "Precision", "Checks passed", "Closest to its tolerance")
    headers = tuple(Header(text) for text in heads)
    return Table(name, caption, headers, (Group(tuple(rows)),), footnotes.notes)


def _precisions(
    proofs: Sequence[Equivalence], footnotes: Footnotes
) -> Iterator[tuple[Cell, Cell, Cell]]:
    by_precision: dict[Precision, list[_Checked]] = {}
    for proof in proofs:
        for case in proof.cases:
            found = ((case.optimizer, check) for check in case.checks)
            by_precision.setdefault(case.precision, []).extend(found)
    for precision, checked in by_precision.items():
        passed = sum(check.passed for _, check in checked)
        count = Cell(f"{passed} of {len(checked)}", "pass" if passed == len(checked) else "fail")
        yield Cell(precision), count, _closest(checked, footnotes)
    lacking = {precision: why for proof in proofs for precision, why in proof.unavailable.items()}
    for precision, why in lacking.items():
        yield Cell(precision), footnotes.missing(why), Cell("—")


def _closest(checked: Sequence[_Checked], footnotes: Footnotes) -> Cell:
    """Name the check with the largest error over its tolerance, a failed one before all others."""
    optimizer, check = max(checked, key=lambda found: (not found[1].passed, _share(found[1])))
    title = EVIDENCE_TITLES[check.kind]
    text = f"{title}, {optimizer}: {scientific(check.error)} ≤ {scientific(check.tolerance)}"
    if check.error > check.tolerance:
        text = text.replace("≤", ">")
    return Cell(text, mark=footnotes.letter(check.cause) if check.cause else "")


def _share(check: Check) -> float:
    return check.error / check.tolerance if check.tolerance else check.error
