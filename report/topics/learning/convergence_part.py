"""Optimizers of one network side by side."""

from collections.abc import Iterator, Sequence

from contract.base import Device, Protocol
from report.elements.figure import Figure
from report.elements.part import Part
from report.run.scope import Scope
from report.topics.learning.convergence import convergence_chart
from report.vocabulary.presentation import PROTOCOL_TITLES, presentation


def convergence_part(scopes: Sequence[Scope]) -> Part:
    """Return the optimizers of one network side by side, by protocol and device."""
    return Part("convergence", figures=tuple(_convergence(scopes)))


def _convergence(scopes: Sequence[Scope]) -> Iterator[Figure]:
    for group in _same_network(scopes):
        for name, protocol, device in group[0].each("convergence"):
            yield from _charts(name, group, protocol, device)


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


def _charts(
    name: str, group: Sequence[Scope], protocol: Protocol, device: Device
) -> Iterator[Figure]:
    first = group[0]
    every = tuple(dict.fromkeys(name for scope in group for name in scope.contenders))
    duel = presentation().duel
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
        figure = convergence_chart(anchor, columns, first.styles, caption)
        if figure is not None:
            yield figure
