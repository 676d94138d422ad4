"""Every statement of a study with its verdicts, and how many there are of each."""

from collections.abc import Iterator, Mapping, Sequence

from contract.base import Device, Protocol
from contract.study import Study
from contract.verdicts import StatementVerdict
from report.elements.part import Part
from report.elements.table import Cell, CellKind, Footnotes, Group, Header, Table
from report.topics.statements.judged import JudgedReading, JudgedStatement
from report.topics.statements.ledger import DeviceCounts, counts, need_another_device
from report.topics.statements.verdicts import IN_ORDER
from report.topics.statements.words import counts_in_words
from report.vocabulary.numbers import listed
from report.vocabulary.presentation import DEVICE_TITLES, PROTOCOL_NAMES

KINDS: Mapping[StatementVerdict, CellKind] = {
    "reproduced": "pass",
    "contradicted": "fail",
    "equal within 5 %": "tied",
    "inconclusive": "text",
    "not testable here": "missing",
}
_NOT_RUN = "this run did not follow this protocol here"
_OTHER_DEVICE = "this reading is not of this device"
_GENERAL = "this verdict does not depend on a protocol"

_Column = tuple[Device, Protocol]


def readings_part(study: Study | None, judged: Sequence[JudgedStatement]) -> Part:
    """Return every reading of the study's statements, with its tests."""
    if study is None or not judged:
        return Part("readings")
    return Part("readings", tables=(statements_table(f"{study.id}-readings", judged),))


def statements_table(name: str, judged: Sequence[JudgedStatement]) -> Table:
    """Return a group per statement, and in it a row per reading with its verdicts."""
    footnotes = Footnotes()
    columns = _columns(judged)
    verdicts = (
        Header(f"{DEVICE_TITLES[device]}, {PROTOCOL_NAMES[protocol]}", note="medians and test")
        for device, protocol in columns
    )
    headers = (Header("Statement, and how it is read"), *verdicts)
    groups = tuple(
        Group(
            tuple(_rows(found, columns, footnotes)),
            title=f"{found.statement.id} {found.statement.text}.",
            note=f"{found.statement.place}; published: {found.statement.published}",
            anchor=_anchor(found),
        )
        for found in judged
    )
    told = counts_in_words(counts(judged), need_another_device(judged))
    caption = " ".join(("The study's statements, judged.", *told))
    return Table(name, caption, headers, groups, footnotes.notes, keeps_order=True)


def _anchor(found: JudgedStatement) -> str:
    """Return the statement's id, unless the table of those that were tested has it."""
    is_brief = found.is_counted and found.verdict != "not testable here"
    return f"{found.statement.id}-read" if is_brief else found.statement.id


def counts_table(name: str, ledgers: Mapping[str, Sequence[JudgedStatement]]) -> Table:
    """Return a row per study, by name, and device: how many statements have which verdict."""
    rows = [row for title, judged in ledgers.items() for row in _counts(title, counts(judged))]
    if len(ledgers) > 1:
        every = [found for judged in ledgers.values() for found in judged]
        rows.extend(_counts("all studies", counts(every)))
    counted = ("Device", "Statements", *IN_ORDER)
    headers = (Header("Study"), *(Header(text, numeric=text != "Device") for text in counted))
    caption = (
        "The studies' statements and what this run says about them: with each framework's own "
        "defaults, as the study ran it, where that was repeated often enough for a test; otherwise "
        "with everything equal."
    )
    return Table(name, caption, headers, (Group(tuple(rows)),))


def _columns(judged: Sequence[JudgedStatement]) -> tuple[_Column, ...]:
    """Return the devices and protocols that some reading has a verdict under."""
    found = {
        (reading.device, protocol)
        for statement in judged
        for reading in statement.readings
        for protocol in reading.judgements
    }
    in_order = ((device, protocol) for device in DEVICE_TITLES for protocol in PROTOCOL_NAMES)
    return tuple(column for column in in_order if column in found)


def _rows(
    found: JudgedStatement, columns: Sequence[_Column], footnotes: Footnotes
) -> Iterator[tuple[Cell, ...]]:
    """Yield a row per reading, the primary ones first; one alone for what repeats others."""
    statement = found.statement
    if statement.same_as:
        yield _repetition(found, columns, footnotes)
        return
    of_devices = dict.fromkeys(device for device, _ in columns)
    for reading in sorted(statement.readings, key=lambda reading: not reading.primary):
        judged = {one.device: one for one in found.readings if one.reading == reading}
        if not judged and of_devices.keys() & set(statement.devices):
            continue
        cells = (_verdict(judged.get(device), p, footnotes) for device, p in columns)
        because = (reading.because,) if reading.because else ()
        notes = because if reading.primary else ("read so too; does not decide", *because)
        yield (Cell(reading.sense, notes=notes), *cells)


def _verdict(judged: JudgedReading | None, protocol: Protocol, footnotes: Footnotes) -> Cell:
    if judged is None:
        return footnotes.missing(_OTHER_DEVICE)
    judgement = judged.judgements.get(protocol)
    if judgement is None:
        return footnotes.missing(_NOT_RUN)
    if judged.is_general and judgement is not judged.headline:
        return footnotes.missing(_GENERAL)
    notes = (*judgement.measured, *judgement.reasons)
    return Cell(judged.in_words(judgement), kind=KINDS[judgement.verdict], notes=notes)


def _repetition(
    found: JudgedStatement, columns: Sequence[_Column], footnotes: Footnotes
) -> tuple[Cell, ...]:
    """Return the verdict of what repeats other statements, once for each device."""
    told: set[Device] = set()
    cells = []
    for device, _ in columns:
        verdict = found.verdicts.get(device)
        if verdict is None or device in told:
            cells.append(footnotes.missing(_OTHER_DEVICE if verdict is None else _GENERAL))
        else:
            cells.append(Cell(verdict, kind=KINDS[verdict]))
        told.add(device)
    return (Cell(f"repeats {listed(found.statement.same_as)}; not counted again"), *cells)


def _counts(title: str, found: Sequence[DeviceCounts]) -> Iterator[tuple[Cell, ...]]:
    for one in found:
        numbers = [count for _, count in one.verdicts]
        shown = (Cell(str(number), "number") for number in (sum(numbers), *numbers))
        yield (Cell(title), Cell(one.title), *shown)
