"""The evidence that contenders compute the same network."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import get_args

from contract.base import Device, Precision
from contract.evidence import Check, Equivalence, EvidenceKind
from report.elements.part import Part
from report.elements.table import Cell, Footnotes, Group, Header, Table
from report.run.scope import Scope
from report.vocabulary.numbers import counted, listed, scientific
from report.vocabulary.presentation import Style

_TITLES: Mapping[EvidenceKind, str] = {
    "forward_logits": "Logits before training",
    "gradients": "First gradients",
    "losses": "Losses, step by step",
    "trained_weights": "What the steps added to the weights",
    "evaluation_logits": "Logits after the steps",
    "layers": "Layer by layer",
    "optimizer": "The optimizer by itself",
    "epoch": "The loop that is timed",
    "prediction": "Many rows at once",
    "dropout": "Dropout",
    "published_loop": "The loop of its users",
}
_Checked = tuple[str, Check]
"""An optimizer, and a check of it."""
_MEASURES = {
    "max_abs": "largest difference",
    "max_relative": "largest relative difference",
    "relative_l2": "relative L2 distance",
    "standard_deviations": "standard deviations from the rate",
    "share": "share",
    "count": "number",
}
_BY_FLOOR = (
    "passed by its floor: the reference itself, in float32, is as far from the reference in float64"
)


def evidence_part(scope: Scope) -> Part:
    """Return the evidence of equality by device; nothing where no job was to prove it."""
    devices = scope.devices if "matched" in scope.protocols else ()
    tables = (evidence_table(f"{scope.name}-evidence-{d}", scope, d) for d in devices)
    return Part("evidence", tables=tuple(tables))


def evidence_table(name: str, scope: Scope, device: Device) -> Table:
    """Return error and tolerance of every check, by contender, optimizer and precision.

    Where jobs proved equality more than once, the worst proof of each check is shown.
    """
    footnotes = Footnotes()
    settings = scope.settings("matched", device)
    proofs = {setting: scope.measurements.equivalences(setting) for setting in settings}
    every = [proof for evidence in proofs.values() for proof in evidence]
    found = {check.kind for check in _checks(every)}
    kinds = [kind for kind in _TITLES if kind in found]
    groups = [
        _group(evidence, kinds, scope.style(s), scope.measurements.gate(s), footnotes)
        for s, evidence in proofs.items()
    ]
    checked = (Header(_TITLES[k], numeric=True, note=_measures(every, k)) for k in kinds)
    headers = (Header("Optimizer"), Header("Precision"), *checked)
    caption = _caption(every)
    brief = _brief_table(name, caption, scope, device)
    return Table(name, caption, headers, tuple(groups), footnotes.notes, brief=brief)


def _caption(proofs: Sequence[Equivalence]) -> str:
    steps = sorted({proof.steps for proof in proofs})
    batches = sorted({proof.batch_size for proof in proofs})
    scale = f" over {listed([str(s) for s in steps])} steps" if steps else ""
    scale += f" with batches of {listed([str(b) for b in batches])}" if batches else ""
    return (
        f"Distance from a float64 reference{scale}: measured error, the tolerance that was fixed "
        "beforehand, and where the error was largest."
    )


def _checks(proofs: Iterable[Equivalence]) -> Iterator[Check]:
    return (check for proof in proofs for case in proof.cases for check in case.checks)


def _measures(proofs: Iterable[Equivalence], kind: EvidenceKind) -> str:
    found = {check.measure for check in _checks(proofs) if check.kind == kind}
    return listed([_MEASURES[measure] for measure in sorted(found)])


def _group(
    proofs: Sequence[Equivalence],
    kinds: Sequence[EvidenceKind],
    style: Style,
    status: str,
    footnotes: Footnotes,
) -> Group:
    worst = _worst_checks(proofs)
    rows = [
        (Cell(optimizer), Cell(precision), *(_cell(checks.get(kind), footnotes) for kind in kinds))
        for (optimizer, precision), checks in worst.items()
    ]
    rows += [
        (Cell("—"), Cell(precision), *(footnotes.missing(reason) for _ in kinds))
        for precision, reason in _unavailable(proofs).items()
    ]
    if not rows:
        reason = "no job of this run proved it" if status == "unproven" else "not required"
        rows = [(Cell("—"), Cell("—"), *(footnotes.missing(reason) for _ in kinds))]
    note = f"{status}, {counted(len(proofs), 'proof')}" if proofs else status
    return Group(tuple(rows), title=style.title, note=note, style=style)


def _worst_checks(
    proofs: Sequence[Equivalence],
) -> dict[tuple[str, Precision], dict[EvidenceKind, Check]]:
    """Return the largest error over tolerance of every check, in the order of the cases."""
    worst: dict[tuple[str, Precision], dict[EvidenceKind, Check]] = {}
    for proof in proofs:
        for case in proof.cases:
            checks = worst.setdefault((case.optimizer, case.precision), {})
            for check in case.checks:
                known = checks.get(check.kind, check)
                checks[check.kind] = max(known, check, key=lambda c: (not c.passed, c.error))
    return worst


def _unavailable(proofs: Sequence[Equivalence]) -> dict[Precision, str]:
    reasons: dict[Precision, str] = {}
    for proof in reversed(proofs):  # the first reason of several holds
        reasons |= proof.unavailable
    return {p: reasons[p] for p in get_args(Precision) if p in reasons}


def _cell(check: Check | None, footnotes: Footnotes) -> Cell:
    if check is None:
        return footnotes.missing("this check is not in the result")
    by_floor = _BY_FLOOR if check.passed and check.error > check.tolerance else ""
    remark = ": ".join(filter(None, (by_floor, check.cause)))
    floor = () if check.floor is None else (f"floor {scientific(check.floor)}",)
    return Cell(
        scientific(check.error),
        "pass" if check.passed else "fail",
        notes=(f"≤ {scientific(check.tolerance)}, {check.worst}", *floor),
        mark=footnotes.letter(remark) if remark else "",
    )


def _brief_table(name: str, caption: str, scope: Scope, device: Device) -> Table:
    """Return a line per contender and precision, as paper has room for: the closest check."""
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

    def severity(found: _Checked) -> tuple[bool, float]:
        _, check = found
        return not check.passed, check.error / (check.tolerance or 1.0)

    optimizer, check = max(checked, key=severity)
    title = _TITLES[check.kind]
    text = f"{title}, {optimizer}: {scientific(check.error)} ≤ {scientific(check.tolerance)}"
    if check.error > check.tolerance:
        text = text.replace("≤", ">")
    return Cell(text, mark=footnotes.letter(check.cause) if check.cause else "")
