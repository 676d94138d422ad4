"""The evidence that contenders compute the same network."""

from collections.abc import Mapping, Sequence

from contract.base import Device
from contract.evidence import Check, EvidenceKind, Measure
from contract.words import counted
from report.elements.part import Part
from report.elements.table import Cell, CellKind, Footnotes, Group, Header, Table
from report.run.evidence import amount, severity
from report.run.measurements import INCOMPARABLE, GateStatus
from report.run.scope import Scope
from report.topics.equality.proofs import KINDS, Place, Proofs, excused, proofs_of, remarks
from report.vocabulary.numbers import listed
from report.vocabulary.presentation import presentation

_MEASURES: Mapping[Measure, str] = {
    "max_abs": "largest difference",
    "max_relative": "largest relative difference",
    "relative_l2": "relative L2 distance",
    "standard_deviations": "standard deviations from what is expected",
    "share": "share",
    "ratio": "ratio to what is expected",
    "count": "number of errors",
    "seconds": "processor time in seconds",
}
_STATUS_KINDS: Mapping[GateStatus, CellKind] = {
    "passed": "pass",
    "failed": "fail",
    "disagreed": "fail",
    "unproven": "missing",
}
_NOTHING = Cell("—", "missing")


def evidence_part(scope: Scope) -> Part:
    """Return the evidence of equality by device; nothing where no job was to prove it."""
    devices = scope.devices if "matched" in scope.protocols else ()
    tables = (evidence_table(f"{scope.name}-evidence-{d}", scope, d) for d in devices)
    return Part("evidence", tables=tuple(tables))


def evidence_table(name: str, scope: Scope, device: Device) -> Table:
    """Return a group per kind of evidence, a row per optimizer and precision of it.

    Every contender has a column. Where jobs proved equality more than once, the worst proof of each
    check is shown. Kinds that nobody was checked for are left out.
    """
    footnotes = Footnotes()
    found = proofs_of(scope, device)
    groups = [_summary(found, footnotes)]
    for kind in _kinds(found):
        places = dict.fromkeys(place for proofs in found for place in proofs.of(kind))
        rows = tuple(_row(place, found, footnotes) for place in places)
        title = presentation().evidence[kind].title
        groups.append(Group(rows, title=title, note=_measures(kind, found)))
    caption = (
        "What the equivalence gate found: the largest error of each check, the limit that was "
        f"fixed beforehand, and where the error was found.{_scale(found)}"
    )
    brief = _brief_table(name, found)
    return _table(name, caption, groups, found, footnotes, brief)


def _brief_table(name: str, found: Sequence[Proofs]) -> Table:
    """Return a row per kind, as paper has room for: the check that is closest to its limit."""
    footnotes = Footnotes()
    rows = []
    for kind in _kinds(found):
        cells = []
        for proofs in found:
            cells.append(_closest(proofs.of(kind), footnotes))
        label = Cell(presentation().evidence[kind].title, notes=(_measures(kind, found),))
        rows.append((label, *cells))
    groups = [_summary(found, footnotes), Group(tuple(rows))]
    caption = (
        "What the equivalence gate found: of each kind of evidence the check that is closest to "
        f"the limit that was fixed beforehand, and where its error was found.{_scale(found)}"
    )
    return _table(name, caption, groups, found, footnotes)


def _table(
    name: str,
    caption: str,
    groups: Sequence[Group],
    found: Sequence[Proofs],
    footnotes: Footnotes,
    brief: Table | None = None,
) -> Table:
    columns = (Header(proofs.style.title, numeric=True) for proofs in found)
    headers = (Header("What was looked at"), *columns)
    notes = (*footnotes.notes, *(("", text) for text in remarks(found)))
    return Table(name, caption, headers, tuple(groups), notes, keeps_order=True, brief=brief)


def _kinds(found: Sequence[Proofs]) -> list[EvidenceKind]:
    return [kind for kind in KINDS if any(proofs.of(kind) for proofs in found)]


def _measures(kind: EvidenceKind, found: Sequence[Proofs]) -> str:
    measures = {check.measure for proofs in found for check in proofs.of(kind).values()}
    return listed([_MEASURES[measure] for measure in sorted(measures)])


def _scale(found: Sequence[Proofs]) -> str:
    """Say how many steps the whole network took, with how large batches; empty without proof."""
    scales = {(proof.steps, proof.batch_size) for proofs in found for proof in proofs.given}
    if not scales:
        return ""
    taken = [f"{counted(steps, 'step')} with batches of {size}" for steps, size in sorted(scales)]
    return f" The whole network took {listed(taken)}."


def _summary(found: Sequence[Proofs], footnotes: Footnotes) -> Group:
    """Return what came of the gate, and how many of how many checks passed."""
    verdicts = (_verdict(proofs, footnotes) for proofs in found)
    counts = (_count(proofs) for proofs in found)
    return Group(((Cell("Gate"), *verdicts), (Cell("Checks passed"), *counts)))


def _verdict(proofs: Proofs, footnotes: Footnotes) -> Cell:
    reason = INCOMPARABLE.get(proofs.status, "") if proofs.status != "failed" else ""
    return Cell(
        proofs.status,
        _STATUS_KINDS[proofs.status],
        notes=(counted(len(proofs.given), "proof"),) if proofs.given else (),
        mark=footnotes.letter(f"not compared: {reason}") if reason else "",
    )


def _count(proofs: Proofs) -> Cell:
    passed = sum(check.passed for check in proofs.checks.values())
    return Cell(f"{passed} of {len(proofs.checks)}", "number") if proofs.checks else _NOTHING


def _row(place: Place, found: Sequence[Proofs], footnotes: Footnotes) -> tuple[Cell, ...]:
    checks = (proofs.checks.get(place) for proofs in found)
    cells = (_cell(check, footnotes) if check else _NOTHING for check in checks)
    return (Cell(_case(place)), *cells)


def _closest(checks: Mapping[Place, Check], footnotes: Footnotes) -> Cell:
    """Return the check with the largest error over its limit, named where it is one of several."""
    if not checks:
        return _NOTHING
    place = max(checks, key=lambda place: severity(checks[place]))
    return _cell(checks[place], footnotes, _case(place) if len(checks) > 1 else "")


def _case(place: Place) -> str:
    return f"{place.optimizer}, {place.precision}"


def _cell(check: Check, footnotes: Footnotes, case: str = "") -> Cell:
    """Return error, limit, where it was found and what was excused; the case if no row names it."""
    forgiven = excused(check)
    return Cell(
        amount(check, check.error),
        "pass" if check.passed else "fail",
        notes=(
            f"limit {amount(check, check.tolerance)}",
            check.worst,
            *((case,) if case else ()),
            *((f"excused {amount(check, forgiven)}",) if forgiven else ()),
            *(() if check.floor is None else (f"floor {amount(check, check.floor)}",)),
        ),
        mark=footnotes.letter(check.cause) if check.cause else "",
    )
