"""What concerns a study as a whole: its claims, winners, defects, and optimizers side by side."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from contract.base import Device, Protocol
from report.claims import JudgedClaim
from report.defect import DefectPair, defect_pairs, pictures
from report.figures.canvas import Drawing
from report.figures.convergence import convergence_chart
from report.figures.defect import defect_chart
from report.matrix import overview
from report.parts.part import Part
from report.presentation import PROTOCOL_TITLES, presentation
from report.scope import Scope
from report.tables.claims import claims_table
from report.tables.defect import defect_table
from report.tables.matrix import matrix_table
from report.tables.model import Table
from report.tables.winners import winners_table
from report.winners import contests


def overview_part(scopes: Sequence[Scope]) -> Part:
    """Return how far every contender is from the best, by metric, over the study's workloads."""
    aspects, first = overview(scopes), scopes[0]
    if not aspects:
        return Part("overview")
    contenders = tuple(dict.fromkeys(name for scope in scopes for name in scope.contenders))
    name = f"{first.study_id}-overview"
    return Part("overview", tables=(matrix_table(name, aspects, contenders, first.looks),))


def claims_part(scopes: Sequence[Scope], judged: Sequence[JudgedClaim]) -> Part:
    """Return the ledger of the study's claims."""
    study = scopes[0].study
    if study is None or not judged:
        return Part("claims")
    return Part("claims", tables=(claims_table(f"{study.id}-claims", study, judged),))


def winners_part(scopes: Sequence[Scope]) -> Part:
    """Return who wins each workload by each criterion."""
    found = [contest for scope in scopes for contest in contests(scope)]
    if not found:
        return Part("winners")
    name = f"{scopes[0].study_id}-winners"
    return Part("winners", tables=(winners_table(name, found, scopes[0].looks),))


def defect_part(scopes: Sequence[Scope]) -> Part:
    """Return every defect's picture, by protocol and device."""
    tables: list[Table] = []
    drawings: list[Drawing] = []
    remarks = []
    for pair in defect_pairs(scopes):
        reason = pair.defective.workload.gate_fails_because if pair.defective.workload else ""
        remarks += [reason] if reason else []
        for protocol in pair.defective.protocols:
            for device in pair.defective.devices:
                _add_pictures(pair, protocol, device, tables, drawings)
    return Part("defect", tuple(tables), tuple(drawings), tuple(remarks) if tables else ())


def _add_pictures(
    pair: DefectPair,
    protocol: Protocol,
    device: Device,
    tables: list[Table],
    drawings: list[Drawing],
) -> None:
    found = pictures(pair, protocol, device)
    looks, title = pair.sound.looks, PROTOCOL_TITLES[protocol]
    name = f"{pair.defective.name}-picture-{protocol}-{device}"
    if found:
        tables.append(defect_table(name, pair, found, device, looks, title))
        drawings.append(defect_chart(f"{name}-chart", found, title, looks))


def convergence_part(scopes: Sequence[Scope]) -> Part:
    """Return the optimizers of one network side by side, by protocol and device."""
    return Part("convergence", drawings=tuple(_convergence(scopes)))


def _convergence(scopes: Sequence[Scope]) -> Iterator[Drawing]:
    for group in _same_network(scopes):
        for protocol in group[0].protocols:
            for device in group[0].devices:
                yield from _charts(group, protocol, device)


def _same_network(scopes: Sequence[Scope]) -> Iterator[list[Scope]]:
    """Yield the workloads that differ by their optimizer alone, where there are several."""
    groups: list[list[Scope]] = []
    for scope in scopes:
        if scope.workload is None or scope.workload.training.defect is not None:
            continue
        same = (scope.workload.dataset, scope.workload.model)
        for group in groups:
            first = group[0].workload
            if first is not None and same == (first.dataset, first.model):
                group.append(scope)
                break
        else:
            groups.append([scope])
    return (group for group in groups if len(group) > 1)


def _charts(group: Sequence[Scope], protocol: Protocol, device: Device) -> Iterator[Drawing]:
    first = group[0]
    every = tuple(dict.fromkeys(name for scope in group for name in scope.contenders))
    duel = presentation().duel
    name = f"{first.name}-convergence-{protocol}-{device}"
    title = PROTOCOL_TITLES[protocol]
    charts = [(name, every, f"Convergence by optimizer, median of the runs; {title}.")]
    if set(duel.contenders) < set(every):
        charts.append((f"{name}-duel", duel.contenders, f"{duel.title}; {title}."))
    for anchor, contenders, caption in charts:
        columns = {
            scope.title: {
                setting.contender: scope.measurements.results(setting)
                for setting in scope.settings(protocol, device)
                if setting.contender in contenders
            }
            for scope in group
        }
        drawing = convergence_chart(anchor, columns, first.looks, caption)
        if drawing is not None:
            yield drawing
