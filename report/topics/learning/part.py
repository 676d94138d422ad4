"""How the jobs went, from the first epoch to what is taken for what in the end."""

from collections.abc import Iterator
from dataclasses import replace

from contract.base import Device, Protocol, Task
from contract.result import Result
from contract.training import Loss
from report.elements.figure import Figure
from report.elements.part import Part
from report.run.scope import Scope
from report.topics.learning.confusion import confusion_chart, total_confusion
from report.topics.learning.curves import learning_curves, sweep_curves
from report.topics.learning.first_epoch import Epochs, epochs_of, first_epoch_chart
from report.topics.learning.usage import usage_chart


def curves_part(scope: Scope) -> Part:
    """Return the learning curves by protocol and device, and the sweeps by device.

    Paper shows the curves of the study's own protocol.
    """
    return Part("curves", figures=tuple(_curves(scope)))


def first_epoch_part(scope: Scope) -> Part:
    """Return the first epoch beside the others, by device; nothing where no job has two."""
    figures = []
    for device in scope.devices:
        epochs = {
            protocol: found
            for protocol in scope.protocols
            if (found := list(_epochs(scope, protocol, device)))
        }
        if epochs:
            name = f"{scope.name}-first-epoch-{device}"
            figures.append(first_epoch_chart(name, epochs, scope.styles))
    return Part("first-epoch", figures=tuple(figures))


def usage_part(scope: Scope) -> Part:
    """Return what the training jobs used over time, by protocol and device."""
    figures = (
        usage_chart(name, _results(scope, protocol, device), protocol, scope.styles)
        for name, protocol, device in scope.each("usage")
    )
    return Part("usage", figures=tuple(figure for figure in figures if figure is not None))


def confusions_part(scope: Scope) -> Part:
    """Return a confusion matrix per contender and device, with everything equal where it was."""
    return Part("confusions", figures=tuple(_confusions(scope)))


def _curves(scope: Scope) -> Iterator[Figure]:
    for name, protocol, device in scope.each("curves"):
        results = _results(scope, protocol, device)
        figure = learning_curves(name, results, _loss(scope), protocol, scope.styles)
        if figure is not None:
            yield replace(figure, prints=protocol == scope.protocols[0])
    for device in scope.devices_of("sweep"):
        swept = _results(scope, "published", device, "sweep")
        figure = sweep_curves(f"{scope.name}-sweep-{device}", swept, _loss(scope), scope.styles)
        if figure is not None:
            yield figure


def _results(
    scope: Scope, protocol: Protocol, device: Device, task: Task = "train"
) -> dict[str, list[Result]]:
    settings = scope.settings(protocol, device, task)
    return {setting.contender: scope.measurements.results(setting) for setting in settings}


def _epochs(scope: Scope, protocol: Protocol, device: Device) -> Iterator[Epochs]:
    for setting in scope.settings(protocol, device):
        runs = scope.measurements.of(setting, "epoch_seconds").raw
        found = epochs_of(setting.contender, runs)
        if found is not None:
            yield found


def _loss(scope: Scope) -> Loss:
    """Return what was minimised; without a study, what classifications minimise."""
    return scope.workload.training.loss if scope.workload else "softmax_cross_entropy"


def _confusions(scope: Scope) -> Iterator[Figure]:
    for device in scope.devices if scope.protocols else ():
        for setting in scope.settings(scope.protocols[-1], device):
            results = scope.measurements.results(setting)
            counts = total_confusion(results)
            name = f"{scope.name}-confusion-{device}-{setting.contender}"
            style = scope.styles[setting.contender]
            figure = None if counts is None else confusion_chart(name, counts, len(results), style)
            if figure is not None:
                yield figure
