"""The numbers behind a study's verdicts: a row per quantity that a tested statement compares."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from contract.study import Study
from contract.words import counted
from report.elements.part import Part
from report.elements.table import Cell, Footnotes, Group, Header, Table
from report.run.measurement import Measurement
from report.run.quantities import StatedQuantity
from report.run.scope import Scope
from report.statistics.summary import CONFIDENCE, MIN_INTERVAL_SAMPLES, Summary
from report.topics.samples.sampled import measured
from report.topics.samples.words import heading, in_order
from report.vocabulary.numbers import alike, percent, rounded
from report.vocabulary.presentation import Style, presentation

_CONTENDER = Header("Contender")
_MEDIAN = Header("Median", numeric=True)
_RANGE = Header("Range", numeric=True, note="smallest – largest")
_INTERVAL = Header("95 % interval", numeric=True, note="of the median")
_SAMPLES = Header("Samples", numeric=True, note="one per block")
_TOO_FEW = (
    f"An interval that covers a median in {percent(CONFIDENCE)} of cases needs "
    f"{counted(MIN_INTERVAL_SAMPLES, 'sample')}."
)


def numbers_part(scopes: Sequence[Scope], tested: Sequence[StatedQuantity]) -> Part:
    """Return median, range, interval and number of blocks of what tested statements compare."""
    study = scopes[0].study
    if study is None or not tested:
        return Part("numbers")
    return Part("numbers", tables=(numbers_table(study, scopes[0], tested),))


def numbers_table(study: Study, scope: Scope, tested: Sequence[StatedQuantity]) -> Table:
    """Return a group per metric of a workload, task, protocol and device; a row per contender.

    No column of intervals where no quantity has the samples for one.
    """
    footnotes = Footnotes()
    found = {one: measured(scope, one) for one in in_order(study, scope.styles, tested)}
    has_intervals = any(len(samples.samples) >= MIN_INTERVAL_SAMPLES for samples in found.values())
    groups = []
    for (title, note), together in groupby(found, key=lambda one: heading(study, one)):
        rows = tuple(
            tuple(_row(one, found[one], scope.styles, footnotes, has_intervals=has_intervals))
            for one in together
        )
        groups.append(Group(rows, title=title, note=note, metric=rows[0][0].metric))
    interval = (_INTERVAL,) if has_intervals else ()
    return Table(
        f"{study.id}-numbers",
        "What the tested statements compare, over the blocks that count.",
        (_CONTENDER, _MEDIAN, _RANGE, *interval, _SAMPLES),
        tuple(groups),
        footnotes.notes if has_intervals else (*footnotes.notes, ("", _TOO_FEW)),
    )


def _row(
    one: StatedQuantity,
    found: Measurement,
    styles: Mapping[str, Style],
    footnotes: Footnotes,
    *,
    has_intervals: bool,
) -> Iterator[Cell]:
    """Yield contender, median, range, interval and number of samples, as readers see them."""
    side, style = one.quantity, styles[one.quantity.contender]
    info = presentation().metric(side.metric)
    yield Cell(style.title, style=style, metric=side.metric, device=side.device, anchor=one.anchor)
    summary = found.scaled(info.factor).summary
    if summary is None:
        missing = footnotes.missing(found.missing)
        yield from (missing,) * (3 if has_intervals else 2)
    else:
        yield Cell(rounded(summary.median, info.unit), "number")
        yield _range(summary, info.unit, footnotes)
        if has_intervals:
            yield _interval(summary, info.unit, footnotes)
    number = counted(len(found.samples), "sample")
    yield Cell(number, "number", href=f"#{one.samples_anchor}")


def _range(summary: Summary, unit: str, footnotes: Footnotes) -> Cell:
    if summary.n == 1:
        return footnotes.missing("A single sample has no range.")
    return _span((summary.low, summary.high), summary.median, unit)


def _interval(summary: Summary, unit: str, footnotes: Footnotes) -> Cell:
    if summary.interval is None:
        return footnotes.missing(_TOO_FEW)
    return _span((summary.interval.low, summary.interval.high), summary.median, unit)


def _span(ends: tuple[float, float], middle: float, unit: str) -> Cell:
    low, high = alike(ends, middle, unit)
    return Cell(f"{low} – {high}", "number")
