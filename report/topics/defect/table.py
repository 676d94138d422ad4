"""The paper's picture, with the defect and without it, and what the gate says about both."""

from collections.abc import Mapping, Sequence

from contract.base import Device
from report.elements.table import Cell, CellKind, Footnotes, Group, Header, Table
from report.run.measurement import Measurement
from report.run.scope import Scope
from report.topics.defect.defect import METRICS, DefectPair, DefectPicture, caught_by
from report.vocabulary.numbers import as_printed, rounded, scientific
from report.vocabulary.presentation import Style, presentation

_EMPTY_CELL = "the paper gives no value"


def defect_table(
    name: str,
    pair: DefectPair,
    pictures: Sequence[DefectPicture],
    device: Device,
    styles: Mapping[str, Style],
    protocol_title: str,
) -> Table:
    """Return a row per contender and loss, then what the gate says about each contender."""
    footnotes = Footnotes()
    groups = [
        Group(
            tuple(_row(p, styles[p.contender], footnotes) for p in pictures if p.metric == metric),
            title=presentation().metrics[metric].title,
        )
        for metric in METRICS
    ]
    verdicts = []
    for contender in dict.fromkeys(picture.contender for picture in pictures):
        first = Cell(styles[contender].title, style=styles[contender])
        sides = [_gate(s, contender, device, footnotes) for s in (pair.defective, pair.sound)]
        verdicts.append((first, Cell(""), *sides))
    note = "the check that missed its tolerance by most"
    gate = Group(tuple(verdicts), title="Equivalence gate", note=note)
    headers = (
        Header("Contender"),
        Header("Paper", numeric=True),
        Header("With the defect", numeric=True),
        Header("As it should be", numeric=True),
    )
    caption = f"Mean squared error, median over the runs; {protocol_title}."
    return Table(name, caption, headers, (*groups, gate), footnotes.notes)


def _row(picture: DefectPicture, style: Style, footnotes: Footnotes) -> tuple[Cell, ...]:
    published = (
        footnotes.missing(_EMPTY_CELL)
        if picture.published is None
        else Cell(as_printed(picture.published), "published")
    )
    ours = (_median(found, footnotes) for found in (picture.defective, picture.sound))
    return (Cell(style.title, style=style), published, *ours)


def _median(measurement: Measurement, footnotes: Footnotes) -> Cell:
    if measurement.summary is None:
        return footnotes.missing(measurement.missing)
    return Cell(rounded(measurement.summary.median), "number")


def _gate(scope: Scope, contender: str, device: Device, footnotes: Footnotes) -> Cell:
    if contender not in scope.contenders:
        return footnotes.missing("this contender does not run the workload")
    status, check = caught_by(scope, contender, device)
    kinds: Mapping[str, CellKind] = {"passed": "pass", "failed": "fail"}
    notes: tuple[str, ...] = ()
    if check is not None:
        what = presentation().evidence[check.kind].noun
        notes = (f"{what}: {scientific(check.error)}, allowed {scientific(check.tolerance)}",)
    return Cell(status, kinds.get(status, "missing"), notes)
