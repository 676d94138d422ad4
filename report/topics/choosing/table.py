"""Choosing a contender: the facts on page one, and what it costs to work with each."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from contract.words import counted
from report.elements.part import Part, filled
from report.elements.table import Cell, CellKind, Footnotes, Group, Header, Table
from report.run.measurements import Measurements
from report.run.records import Run
from report.run.scope import Scope
from report.topics.choosing.development import DevelopmentCriterion, development_criteria
from report.topics.choosing.reference import Aspect, ReferenceRatios, reference_ratios
from report.vocabulary.numbers import alike, listed, rounded
from report.vocabulary.presentation import DEVICE_TITLES, MetricInfo, Style, presentation

_COUNTS = ("source_lines", "environment_bytes", "image_bytes")
"""What is told beside ratios, where it was counted."""
_APART = "no workload on which both were measured and may be compared"


@dataclass(frozen=True)
class Choice:
    """What the whole run says about choosing a contender."""

    table: Table | None
    """A row per contender; None where there are no two to choose between."""
    sentences: tuple[str, ...]
    parts: tuple[Part, ...]


def write_choice(run: Run, scopes: Sequence[Scope], styles: Mapping[str, Style]) -> Choice:
    """Tell the facts; nothing where there are no two contenders to choose between."""
    if len(run.contenders) < 2:
        return Choice(None, (), ())
    criteria = development_criteria(run, scopes)
    costs = development_table("development", criteria, run.contenders, styles)
    parts = filled([Part("development", (costs,))])
    facts = reference_ratios(run, scopes)
    if facts is None:
        return Choice(None, (), parts)
    told = [_sentence(facts, aspect, styles) for aspect in facts.aspects]
    answer = _answer(facts, styles)
    measurements = Measurements(run)
    barred = (
        f"Not compared: {styles[name].title} ({why})."
        for name in run.contenders
        if (why := measurements.why_not_ranked(name))
    )
    table = facts_table("facts", facts, run, styles)
    return Choice(table, (*answer, *told, *_to_write(run, styles), *barred), parts)


def facts_table(name: str, facts: ReferenceRatios, run: Run, styles: Mapping[str, Style]) -> Table:
    """Return a row per contender: ratios to the reference, then what was counted."""
    footnotes, reference = Footnotes(), styles[facts.reference].title
    counts = {metric: values for metric in _COUNTS if (values := _counted(metric, run))}
    native = _counted("native_source_lines", run)

    def row(contender: str) -> tuple[Cell, ...]:
        ratios = (_ratio(a, contender, facts.reference, footnotes) for a in facts.aspects)
        counted = [
            _count(metric, values.get(contender), footnotes) for metric, values in counts.items()
        ]
        if native.get(contender) and "source_lines" in counts:
            of_them = (f"{native[contender]:,} of them C++",)
            counted[0] = replace(counted[0], notes=of_them)
        return (Cell(styles[contender].title, style=styles[contender]), *ratios, *counted)

    headers = (
        Header("Contender"),
        *(_header(aspect.info, f"÷ {reference}’s") for aspect in facts.aspects),
        *(_header(info := presentation().metric(metric), info.unit) for metric in counts),
    )
    caption = (
        f"On the {DEVICE_TITLES[facts.device]}, everything equal but the framework: geometric mean "
        "over the workloads that a contender shares with the reference, with its 95 % interval "
        "over blocks: how well these workloads were measured, not how another one would come out. "
        "Below 1 is faster, or smaller."
    )
    rows = tuple(map(row, run.contenders))
    return Table(name, caption, headers, (Group(rows),), footnotes.notes)


def _ratio(aspect: Aspect, contender: str, reference: str, footnotes: Footnotes) -> Cell:
    if contender == reference:
        return Cell("1", "number")
    fact = aspect.ratios.get(contender)
    if fact is None:
        return footnotes.missing(_APART)
    workloads, interval = counted(fact.workloads, "workload"), fact.ratio.interval
    text = rounded(fact.ratio.estimate)
    if interval is None:
        mark = footnotes.letter("a workload with one block: no interval")
        return Cell(text, "number", (workloads,), mark)
    ends = " – ".join(alike(interval, fact.ratio.estimate))
    kind: CellKind = "best" if fact.is_ahead else "number"
    return Cell(text, kind, (f"{ends}, {workloads}",))


def _header(info: MetricInfo, note: str) -> Header:
    return Header(f"{info.brief[0].upper()}{info.brief[1:]}", numeric=True, note=note)


def _counted(metric: str, run: Run) -> dict[str, int]:
    """Return what was counted of each contender, where it was."""
    values = {name: getattr(run.development.get(name), metric, None) for name in run.contenders}
    return {name: value for name, value in values.items() if value is not None}


def _count(metric: str, value: int | None, footnotes: Footnotes) -> Cell:
    if value is None:
        return footnotes.missing("not counted in this run")
    info = presentation().metric(metric)
    return Cell(rounded(info.factor * value), "number")


def _answer(facts: ReferenceRatios, styles: Mapping[str, Style]) -> Iterator[str]:
    """Say who to take, by metric; nothing where no ratio has an interval."""
    aspects: dict[str, list[str]] = {}
    for aspect in facts.aspects:
        if best := facts.best(aspect):
            taken = listed([styles[name].title for name in best], "or")
            aspects.setdefault(taken, []).append(aspect.info.brief)
    told = [f"{taken} by {listed(metrics)}" for taken, metrics in aspects.items()]
    if told:
        yield f"On these workloads, take {'; '.join(told)}."


def _sentence(facts: ReferenceRatios, aspect: Aspect, styles: Mapping[str, Style]) -> str:
    """Say who is ahead of the reference by one metric, who behind, and who is not told apart."""
    reference, brief = styles[facts.reference].title, aspect.info.brief
    places: dict[str, list[str]] = {"ahead of": [], "not told apart from": [], "behind": []}
    for name, fact in aspect.ratios.items():
        if fact.ratio.interval is None:
            continue
        place = "not told apart from"
        if fact.is_apart:
            place = "ahead of" if fact.is_ahead else "behind"
        places[place].append(styles[name].title)
    told = [f"{listed(names)} {place} {reference}" for place, names in places.items() if names]
    return f"{brief[0].upper()}{brief[1:]}: {'; '.join(told) or 'not tested'}."


def _to_write(run: Run, styles: Mapping[str, Style]) -> Iterator[str]:
    """Say for whom code in a compiled language had to be written."""
    for name, lines in _counted("native_source_lines", run).items():
        if lines:
            yield f"For {styles[name].title}, {lines:,} lines of C++ had to be written first."


def development_table(
    name: str,
    criteria: Sequence[DevelopmentCriterion],
    contenders: Sequence[str],
    styles: Mapping[str, Style],
) -> Table:
    """Return a row per criterion, a value or a reason per contender."""
    footnotes = Footnotes()
    rows = []
    for criterion in criteria:
        title = f"{criterion.title}, {criterion.unit}" if criterion.unit else criterion.title
        values = [_value(criterion, contender, footnotes) for contender in contenders]
        rows.append((Cell(title, notes=(f"{criterion.better} is better",)), *values))
    headers = (Header("Criterion"), *(Header(styles[c].title, numeric=True) for c in contenders))
    caption = "What it costs to work with each contender; counted once, or medians of the jobs."
    return Table(name, caption, headers, (Group(tuple(rows)),), footnotes.notes)


def _value(criterion: DevelopmentCriterion, contender: str, footnotes: Footnotes) -> Cell:
    if contender not in criterion.values:
        return footnotes.missing(criterion.reasons[contender])
    return Cell(rounded(criterion.values[contender]), "number")
