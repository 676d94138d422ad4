"""What frameworks say to mistakes that were made on purpose."""

from collections.abc import Mapping

from contract.base import Device
from contract.outcomes import Mistake, MistakeKind
from report.elements.part import Part
from report.elements.table import Cell, Footnotes, Group, Header, Table
from report.run.measurements import Setting
from report.run.mistakes import BEST_SCORE, mistakes_of, total_score
from report.run.scope import Scope

TITLES: Mapping[MistakeKind, str] = {
    "wrong_shape": "Input of the wrong shape",
    "wrong_dtype": "Input of the wrong type",
    "nan_input": "Input with NaN",
    "wrong_class_count": "Wrong number of classes",
    "out_of_memory_batch": "A batch too large for the memory",
}
_MESSAGE_LENGTH = 160


def mistakes_part(scope: Scope) -> Part:
    """Return every mistake with what was said to it; nothing where no job was to make any."""
    devices = scope.devices_of("mistakes")
    tables = (mistakes_table(f"{scope.name}-mistakes-{d}", scope, d) for d in devices)
    return Part("mistakes", tables=tuple(tables))


def mistakes_table(name: str, scope: Scope, device: Device) -> Table:
    """Return a group per contender, a row per mistake, with the points of every message."""
    footnotes = Footnotes()
    groups = [
        _group(scope, setting, footnotes)
        for setting in scope.settings("matched", device, "mistakes")
    ]
    headers = (
        Header("Mistake"),
        Header("Error", note="when it came"),
        Header("What it says", note=f"cut to {_MESSAGE_LENGTH} characters"),
        Header("Names the layer"),
        Header("Expected"),
        Header("Found"),
        Header("Points", numeric=True, note="of 4"),
    )
    caption = (
        "One point each for raising an error at all, for naming the layer, for saying what was "
        "expected, and for saying what was found."
    )
    return Table(name, caption, headers, tuple(groups), footnotes.notes)


def _group(scope: Scope, setting: Setting, footnotes: Footnotes) -> Group:
    found = mistakes_of(setting, scope.measurements)
    rows = []
    for kind, title in TITLES.items():
        if kind in found:
            rows.append((Cell(title), *_said(found[kind])))
        else:
            reason = "the job did not make this mistake"
            if not scope.measurements.results(setting):
                reason = scope.measurements.why_absent(setting)
            rows.append((Cell(title), *[footnotes.missing(reason)] * 6))
    total, style = total_score(found), scope.style(setting)
    note = "" if total is None else f"{total} of {BEST_SCORE} points"
    return Group(tuple(rows), title=style.title, note=note, style=style)


def _said(mistake: Mistake) -> tuple[Cell, ...]:
    unraised = f"none: {mistake.error_type or 'it ran'}"
    error = f"{mistake.error_type}, {mistake.stage}" if mistake.raised else unraised
    message = " ".join(mistake.message.replace("`", "'").split())
    if len(message) > _MESSAGE_LENGTH:
        message = f"{message[:_MESSAGE_LENGTH]} …"
    named = (mistake.names_layer, mistake.names_expected, mistake.names_found)
    return (
        Cell(error, "pass" if mistake.raised else "fail"),
        Cell(message),
        *(Cell("yes" if told else "no", "pass" if told else "fail") for told in named),
        Cell(str(mistake.score), "number"),
    )
