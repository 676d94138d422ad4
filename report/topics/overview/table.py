"""The overview: a row per contender, a column per metric, each cell a distance from the best."""

from collections.abc import Mapping, Sequence

from report.elements.part import Part
from report.elements.table import Cell, Footnotes, Group, Header, Table
from report.run.scope import Scope
from report.topics.overview.matrix import Aspect, overview
from report.vocabulary.numbers import alike, counted, listed
from report.vocabulary.presentation import Style

_ONE_BLOCK = "one block: no interval, and nothing to tell a difference from noise"
_NO_JOB = "it has no job of these workloads"


def overview_part(scopes: Sequence[Scope]) -> Part:
    """Return how far every contender is from the best, by metric, over the study's workloads."""
    aspects, first = overview(scopes), scopes[0]
    if not aspects:
        return Part("overview")
    contenders = tuple(dict.fromkeys(name for scope in scopes for name in scope.contenders))
    name = f"{first.study_id}-overview"
    return Part("overview", tables=(matrix_table(name, aspects, contenders, first.styles),))


def matrix_table(
    name: str, aspects: Sequence[Aspect], contenders: Sequence[str], styles: Mapping[str, Style]
) -> Table:
    """Return the distances of `contenders`, in their order."""
    footnotes = Footnotes()
    rows = tuple(
        (
            Cell(styles[contender].title, style=styles[contender]),
            *(_cell(aspect, contender, footnotes) for aspect in aspects),
        )
        for contender in contenders
    )
    headers = (Header("Contender"), *(_header(aspect) for aspect in aspects))
    caption = (
        "Distance from the best contender of each column, with everything equal but the framework: "
        "1 × is the best; below each ratio its 95 % interval. “≈ best” marks what the paired test "
        "cannot tell from the best, “behind” what it can."
    )
    notes = (*footnotes.notes, *(("", basis) for basis in _bases(aspects)))
    return Table(name, caption, headers, (Group(rows),), notes)


def _header(aspect: Aspect) -> Header:
    measure = "points behind the best" if aspect.is_share else "ratio to the best"
    count = counted(len(aspect.ground.cells), "workload")
    return Header(aspect.info.title, numeric=True, note=f"{measure}, {count}")


def _cell(aspect: Aspect, contender: str, footnotes: Footnotes) -> Cell:
    distance = aspect.distances.get(contender)
    if distance is None:
        return footnotes.missing(aspect.missing.get(contender, _NO_JOB))
    text = _shown(aspect, distance.value)
    if len(aspect.ground.blocks) == 1:
        return Cell(text, "number", mark=footnotes.letter(_ONE_BLOCK))
    if distance.test is None or distance.value == aspect.distances[aspect.best].value:
        return Cell(text, "best", notes=("best",))
    unit = "%" if aspect.is_share else ""
    like = 1.0 if distance.value < 100 else distance.value
    interval = " – ".join(alike((distance.test.low, distance.test.high), like, unit))
    if distance.is_apart:
        return Cell(text, "behind", notes=(interval, "behind"))
    return Cell(text, "tied", notes=(interval, "≈ best"))


def _shown(aspect: Aspect, value: float) -> str:
    if aspect.is_share:
        return f"{value:.2f}"
    return f"{value:,.2f} ×" if value < 100 else f"{value:,.0f} ×"


def _bases(aspects: Sequence[Aspect]) -> list[str]:
    """Say what each column was taken from, once for columns that were taken from the same."""
    titles: dict[str, list[str]] = {}
    for aspect in aspects:
        cells = listed([cell.workload for cell in aspect.ground.cells])
        mean = "mean" if aspect.is_share else "geometric mean"
        basis = f"{mean} over {counted(len(aspect.ground.blocks), 'block')} of {cells}"
        titles.setdefault(basis, []).append(aspect.info.title)
    return [f"{listed(named)}: {basis}." for basis, named in titles.items()]
