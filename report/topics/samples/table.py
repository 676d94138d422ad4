"""The samples behind a study's numbers: a row per job that measured one."""

from collections.abc import Iterator, Sequence

from contract.study import Study
from report.elements.part import Part
from report.elements.table import Cell, Footnotes, Group, Header, Table
from report.run.quantities import StatedQuantity
from report.run.scope import Scope
from report.run.turns import has_rounds
from report.topics.samples.sampled import BlockSample, block_samples
from report.topics.samples.words import heading, in_order
from report.vocabulary.numbers import alike, listed, rounded
from report.vocabulary.presentation import presentation

_MOST_LISTED = 4

_HEADERS = (
    Header("Block"),
    Header("Value", numeric=True, note="of one job"),
    Header("Disturbance"),
    Header("Machine"),
    Header("Measured by"),
    Header("Result"),
)


def samples_part(scopes: Sequence[Scope], tested: Sequence[StatedQuantity]) -> Part:
    """Return the samples, block by block, of what tested statements compare."""
    study = scopes[0].study
    if study is None or not tested:
        return Part("samples")
    return Part("samples", tables=(samples_table(study, scopes[0], tested),))


def samples_table(study: Study, scope: Scope, tested: Sequence[StatedQuantity]) -> Table:
    """Return a group per quantity: a row per job, with its conditions and its file."""
    footnotes = Footnotes()
    groups = tuple(
        _group(study, scope, one, footnotes) for one in in_order(study, scope.styles, tested)
    )
    caption = "Every sample of the numbers above, and what is known of it."
    name = f"{study.id}-samples"
    return Table(name, caption, _HEADERS, groups, footnotes.notes, keeps_order=True, prints=False)


def _group(study: Study, scope: Scope, one: StatedQuantity, footnotes: Footnotes) -> Group:
    style = scope.styles[one.quantity.contender]
    title, note = heading(study, one)
    rows = tuple(
        tuple(_row(sample, one.quantity.metric, footnotes)) for sample in block_samples(scope, one)
    )
    return Group(
        rows,
        title=f"{style.title} · {title}",
        note=note,
        style=style,
        metric=one.quantity.metric,
        anchor=one.samples_anchor,
    )


def _row(sample: BlockSample, metric: str, footnotes: Footnotes) -> Iterator[Cell]:
    yield Cell("none" if sample.block is None else str(sample.block))
    yield _value(sample, metric, footnotes)
    told = (sample.disturbance, "left out" if sample.left_out else "")
    yield Cell("; ".join(filter(None, told)) or "not recorded")
    yield Cell(sample.machine or "not recorded")
    yield Cell(sample.measured_by)
    yield Cell(sample.href.rpartition("/")[2] or "none", href=sample.href)


def _value(sample: BlockSample, metric: str, footnotes: Footnotes) -> Cell:
    """Return the value, and below it what it is made of; a lighter one where it does not count."""
    if sample.value is None:
        return footnotes.missing(sample.missing)
    info = presentation().metric(metric)
    value, *values = (number * info.factor for number in (sample.value, *sample.values))
    notes = (_made_of(values, value, metric),) if len(values) > 1 else ()
    return Cell(rounded(value, info.unit), "missing" if sample.left_out else "number", notes=notes)


def _made_of(values: Sequence[float], middle: float, metric: str) -> str:
    """Name the numbers that a value is the middle of; of many, their range."""
    mean = "geometric mean" if has_rounds(metric) else "median"
    unit = presentation().metric(metric).unit
    if len(values) <= _MOST_LISTED:
        return f"{mean} of {listed(alike(values, middle, unit))}"
    low, high = alike((min(values), max(values)), middle, unit)
    return f"{mean} of {len(values)} values, {low} – {high}"
