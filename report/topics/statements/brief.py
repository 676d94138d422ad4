"""The statements of a chapter as sentences: the paper's ratio, ours, and the verdict."""

from collections.abc import Iterator, Sequence

from contract.words import counted
from report.elements.table import Cell, Group, Header, Table
from report.topics.statements.findings import ratio_text
from report.topics.statements.judged import JudgedStatement
from report.topics.statements.ratios import StatedRatio
from report.topics.statements.table import KINDS
from report.topics.statements.tally import need_of
from report.vocabulary.numbers import listed, rounded
from report.vocabulary.presentation import DEVICE_TITLES

_UNTESTED = "not testable here"


def brief_table(
    name: str, judged: Sequence[JudgedStatement], ratios: Sequence[StatedRatio]
) -> Table:
    """Return a row per statement that was tested, and a line on those that were not."""
    own = {found.statement.id: [r for r in ratios if r.statement == found.statement]
           for found in judged}  # fmt: skip
    tested = tuple(
        _row(found, own[found.statement.id])
        for found in judged
        if found.is_counted and found.verdict != _UNTESTED
    )
    headers = (
        Header("Statement"),
        Header("The paper says"),
        Header("Paper", note="ratio"),
        Header("Here", note="ratio, 95 % interval"),
        Header("Verdict"),
    )
    caption = (
        "What the paper states, and what this run says about it. The number of a statement leads "
        "to every way in which it was read, and its tests; the ratio, to the numbers behind it."
    )
    notes = tuple(("", line) for line in _untested(judged))
    return Table(name, caption, headers, (Group(tested),), notes, keeps_order=True)


def _row(judged: JudgedStatement, ratios: Sequence[StatedRatio]) -> tuple[Cell, ...]:
    statement = judged.statement
    reading = judged.reading
    assert reading is not None  # a verdict is that of a reading
    headline = reading.headline
    lines = [f"{found.what}: {ratio_text(found)}" for found in ratios] or list(headline.measured)
    first, *others = lines or [""]
    anchor = ratios[0].anchor if ratios else ""
    return (
        Cell(statement.id, anchor=statement.id, href=f"#{statement.id}-read"),
        Cell(f"{statement.text}.", notes=(statement.place,)),
        _paper(ratios),
        Cell(first, notes=tuple(others), href=f"#{anchor}" if anchor else ""),
        Cell(
            reading.in_words(headline),
            kind=KINDS[judged.verdict],
            notes=tuple(f"of run {name}" for name in reading.runs),
        ),
    )


def _paper(ratios: Sequence[StatedRatio]) -> Cell:
    found = next((one for one in ratios if one.published is not None), None)
    if found is None or found.published is None or found.published_on is None:
        return Cell("", "missing")
    is_of_another = found.published_on != found.device
    notes = (f"on the {DEVICE_TITLES[found.published_on]}",) if is_of_another else ()
    return Cell(f"{rounded(found.published)}\N{NO-BREAK SPACE}×", "published", notes=notes)


def _untested(judged: Sequence[JudgedStatement]) -> Iterator[str]:
    """Yield a line per reason for which statements were not tested."""
    by_need: dict[str, list[str]] = {}
    for found in judged:
        if found.is_counted and found.verdict == _UNTESTED:
            by_need.setdefault(need_of(found), []).append(found.statement.id)
    for need, names in by_need.items():
        yield f"{counted(len(names), 'statement')} not tested, for want of {need}: {listed(names)}."
    repeated = [found.statement.id for found in judged if not found.is_counted]
    if repeated:
        yield f"{listed(repeated)}: what others say again; not counted."
