"""Who wins by which criterion, beside the winner that the paper names."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from contract.base import Device, Protocol
from contract.published import PublishedColumn, PublishedRow, PublishedTable, PublishedWinner
from contract.study import Study
from report.run.comparison import Comparison, Entry, criteria_table
from report.run.scope import Scope
from report.topics.ranking.ranking import Ranking, rank
from report.vocabulary.numbers import listed, rounded
from report.vocabulary.presentation import DEVICE_TITLES, Style, presentation
from report.vocabulary.tests_in_words import beside, p_in_words


@dataclass(frozen=True)
class Award:
    """The outcome of one criterion under one protocol."""

    winner: str | None
    """A contender; None where there is none."""
    reason: str
    """How far ahead it is, or why nobody wins."""


@dataclass(frozen=True)
class Contest:
    """One criterion on one device."""

    workload: str
    """Its title."""
    criterion: str
    device: Device
    place: str
    """Where the paper names a winner; empty where it names none."""
    published: str | None
    """The contender that the paper names."""
    awards: Mapping[Protocol, Award]


def contests(scope: Scope) -> tuple[Contest, ...]:
    """Return the contests of a workload: those of the paper, then those by the kit's criteria."""
    return (*_named_by_the_paper(scope), *_by_criterion(scope))


def award(scope: Scope, comparison: Comparison, device: Device) -> Award:
    """Say who wins one row on one device, if anybody does."""
    if scope.workload is not None and scope.workload.gate_fails_because:
        return Award(None, "the equivalence gate is meant to fail here")
    entries = comparison.on(device)
    ranking = rank(comparison, entries)
    excluded = "".join(f"; {reason}" for reason in _left_out(entries, ranking, scope.styles))
    if ranking is None:
        if sum(entry.comparable for entry in entries) > 1:
            return Award(None, f"no two contenders have enough blocks in common{excluded}")
        return Award(None, f"fewer than two contenders can be compared{excluded}")
    if len(ranking.leaders) > 1:
        return Award(None, f"{_tie(ranking, scope.styles)}{excluded}")
    best = ranking.leaders[0].entry.contender
    return Award(best, f"{_lead(comparison, ranking, scope.styles)}{excluded}")


def _left_out(
    entries: Sequence[Entry], ranking: Ranking | None, styles: Mapping[str, Style]
) -> Iterator[str]:
    for entry in entries:
        if not entry.comparable:
            yield f"{styles[entry.contender].title} is not compared: {entry.why_incomparable}"
    if ranking is not None and ranking.sparse:
        names = listed([styles[entry.contender].title for entry in ranking.sparse])
        yield f"{names} measured in fewer than half of the blocks"


def _tie(ranking: Ranking, styles: Mapping[str, Style]) -> str:
    names = listed([styles[standing.entry.contender].title for standing in ranking.leaders])
    if ranking.repeats < 2:
        return "one block cannot tell contenders apart"
    return f"{names} cannot be told apart"


def _lead(comparison: Comparison, ranking: Ranking, styles: Mapping[str, Style]) -> str:
    """Return the distance to the next, with the corrected p-value of the test."""
    best, following = ranking.leaders[0], ranking.others[0]
    name = styles[following.entry.contender].title
    p = ", ".join((p_in_words(following.p), *(beside(following.test) if following.test else ())))
    if comparison.row.unit == "%" or following.ratio is None:
        gap = abs(best.summary.median - following.summary.median)
        unit = "points" if comparison.row.unit == "%" else comparison.row.unit
        return f"{rounded(gap)} {unit} from {name}, {p}"
    words = presentation().metrics[comparison.row.metric].ratio
    return f"{name} {rounded(following.ratio)} {words}, {p}"


def _named_by_the_paper(scope: Scope) -> Iterator[Contest]:
    if scope.study is None:
        return
    for named in scope.study.winners:
        for device in scope.devices if named.workload == scope.workload_id else ():
            compared = scope.compared(_table(named, scope.study, device))
            awards = {p: award(scope, row, device) for p, (row,) in compared.items()}
            there = "" if device == named.device else f", on the {DEVICE_TITLES[named.device]}"
            where = (scope.title, named.criterion, device, named.place + there)
            yield Contest(*where, named.winner, awards)


def _table(named: PublishedWinner, study: Study, device: Device) -> PublishedTable:
    """Return a table of the one row that a winner is read from."""
    info = presentation().metrics[named.metric]
    columns = tuple(
        PublishedColumn(id=name, title=name, contenders=(name,), device=device)
        for name in study.contenders
    )
    row = PublishedRow(
        title=named.criterion,
        metric=named.metric,
        task=named.task,
        unit=info.unit,
        factor=info.factor,
        better=named.better,
        values={},
    )
    return PublishedTable(
        title=named.criterion,
        place=named.place,
        workload=named.workload,
        columns=columns,
        rows=(row,),
    )


def _by_criterion(scope: Scope) -> Iterator[Contest]:
    """Yield a contest per criterion that two contenders were measured by."""
    if scope.workload is None or not scope.contenders:
        return
    table = criteria_table(scope.workload, scope.contenders, scope.devices, scope.styles)
    compared = scope.compared(table)
    for rows in zip(*compared.values(), strict=True):
        for device in scope.devices:
            if any(len(row.on(device)) > 1 for row in rows):
                awards = {p: award(scope, r, device) for p, r in zip(compared, rows, strict=True)}
                yield Contest(scope.title, rows[0].row.title, device, "", None, awards)
