"""The answer in plain words: sentences that the numbers bear, and no others."""

from collections.abc import Iterator, Mapping, Sequence
from statistics import median

from contract.base import Device
from contract.words import counted
from report.elements.part import Sentence
from report.run.comparison import Comparison, Entry
from report.statistics.summary import detectable_spreads
from report.topics.ranking.ranking import Ranking, Standing, rank
from report.vocabulary.numbers import listed, rounded, with_unit
from report.vocabulary.presentation import DEVICE_TITLES, Style, presentation

MIN_REPEATS = 2
"""A single run is not comparable: nothing tells its noise from its speed."""


def answer(comparisons: Sequence[Comparison], styles: Mapping[str, Style]) -> tuple[Sentence, ...]:
    """Say what the comparisons of one workload and protocol show, one sentence per metric."""
    sentences = []
    for comparison in comparisons:
        for device in _devices(comparison):
            text = _about(comparison, comparison.on(device), styles)
            if text:
                topic = f"{comparison.row.title}, {DEVICE_TITLES[device]}"
                sentences.append(Sentence(topic, text))
    return (*sentences, *_holes(comparisons, styles))


def confidence_note(comparisons: Sequence[Comparison]) -> str:
    """Say how far the orders above can be trusted; empty where nothing was ranked."""
    rankings = [
        ranking
        for comparison in comparisons
        for device in _devices(comparison)
        if (ranking := rank(comparison, comparison.on(device))) is not None
    ]
    if not rankings:
        return ""
    repeats = min(ranking.repeats for ranking in rankings)
    if repeats < MIN_REPEATS:
        return "A single run shows neither noise nor drift: repeat it before quoting an order."
    spreads = rounded(detectable_spreads(repeats))
    return (
        "A contender counts as ahead where a paired test over the blocks says so at 5 %, corrected "
        f"for the number of contenders. With {counted(repeats, 'block')} it finds no difference "
        f"below {spreads} times the spread that the difference has between blocks."
    )


def _devices(comparison: Comparison) -> tuple[Device, ...]:
    return tuple(dict.fromkeys(entry.column.device for entry in comparison.entries))


def _about(comparison: Comparison, entries: Sequence[Entry], styles: Mapping[str, Style]) -> str:
    ranking = rank(comparison, entries)
    excluded = [
        f"{styles[entry.contender].title} ({entry.why_incomparable})"
        for entry in entries
        if not entry.comparable
    ]
    parts = []
    if ranking is None:
        values = [_value(comparison, entry, styles) for entry in entries if entry.comparable]
        if len(values) == 1:
            parts.append(f"Only one contender can be compared: {values[0]}.")
        elif values:
            parts.append(f"Too few blocks in common to be compared: {listed(values)}.")
    else:
        parts += _ranked(comparison, ranking, styles)
    if excluded:
        parts.append(f"Not compared: {listed(excluded)}.")
    return " ".join(parts)


def _ranked(comparison: Comparison, ranking: Ranking, styles: Mapping[str, Style]) -> Iterator[str]:
    """Yield the order, and the blocks that it rests on where some are missing."""
    if ranking.repeats < MIN_REPEATS:
        medians = [_median(comparison, standing, styles) for standing in ranking.standings]
        what = "A single block in common" if ranking.is_partial else "A single run"
        yield f"{what}, not comparable: {listed(medians)}."
    else:
        yield _order(comparison, ranking, styles)
        if ranking.is_partial:
            yield f"Compared over the {ranking.repeats} blocks that all of them have."
    if ranking.sparse:
        names = listed([styles[entry.contender].title for entry in ranking.sparse])
        yield f"Not compared, measured in fewer than half of the blocks: {names}."


def _order(comparison: Comparison, ranking: Ranking, styles: Mapping[str, Style]) -> str:
    """Name the leader or the tie, then how far behind the others are."""
    leader = ranking.leaders[0]
    if len(ranking.leaders) == 1:
        info = presentation().metrics[comparison.row.metric]
        best = with_unit(leader.summary.median, comparison.row.unit)
        runs = counted(ranking.repeats, "run")
        title = styles[leader.entry.contender].title
        first = f"{title} {info.best}: {best} (median of {runs})."
    else:
        values = [_median(comparison, standing, styles) for standing in ranking.leaders]
        first = f"Too close to call: {listed(values)}."
    behind = [_behind(comparison, leader, other, styles) for other in ranking.others]
    return f"{first} Behind: {'; '.join(behind)}." if behind else first


def _behind(
    comparison: Comparison, best: Standing, other: Standing, styles: Mapping[str, Style]
) -> str:
    """Say a gap in points for shares, as a ratio to the best otherwise."""
    info = presentation().metrics[comparison.row.metric]
    value = _median(comparison, other, styles)
    if comparison.row.unit == "%" or other.ratio is None:
        gap = abs(best.summary.median - other.summary.median)
        unit = "points" if comparison.row.unit == "%" else comparison.row.unit
        return f"{value}, {with_unit(gap, unit)} away"
    return f"{value}, {rounded(other.ratio)} {info.ratio}"


def _median(comparison: Comparison, standing: Standing, styles: Mapping[str, Style]) -> str:
    title = styles[standing.entry.contender].title
    return f"{title} {with_unit(standing.summary.median, comparison.row.unit)}"


def _value(comparison: Comparison, entry: Entry, styles: Mapping[str, Style]) -> str:
    """Return the median over all blocks that an entry, which has one, was measured in."""
    value = with_unit(median(entry.measured.samples), comparison.row.unit)
    return f"{styles[entry.contender].title} {value}"


def _holes(comparisons: Sequence[Comparison], styles: Mapping[str, Style]) -> tuple[Sentence, ...]:
    """Name the values that the paper leaves empty and this run measured."""
    filled = [
        f"{comparison.row.title.lower()} of {_value(comparison, entry, styles)}"
        for comparison in comparisons
        for entry in comparison.entries
        if entry.fills_hole and entry.comparable
    ]
    if not filled:
        return ()
    text = listed(filled)
    return (Sentence("Empty in the paper, measured here", f"{text[0].upper()}{text[1:]}."),)
