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
from report.topics.learning.first_epoch import Epochs, epochs_of, first_epoch_table
from report.topics.learning.usage import usage_chart
from report.vocabulary.presentation import DEVICE_TITLES, PROTOCOL_NAMES, PROTOCOL_TITLES


def curves_part(scope: Scope) -> Part:
    """Return the learning curves by protocol and device, and the sweeps by device.

    Paper shows the curves of the study's own protocol.
    """
    return Part("curves", figures=tuple(_curves(scope)))


def first_epoch_part(scope: Scope) -> Part:
    """Return the first epoch beside the later ones; nothing where no job has two."""
    epochs = {
        title: found
        for title, protocol, device in _conditions(scope)
        if (found := list(_epochs(scope, protocol, device)))
    }
    if not epochs:
        return Part("first-epoch")
    table = first_epoch_table(f"{scope.name}-first-epoch", epochs, scope.styles)
    return Part("first-epoch", tables=(table,))


def usage_part(scope: Scope) -> Part:
    """Return what the training jobs used over time, in one figure."""
    results = {title: _results(scope, p, device) for title, p, device in _conditions(scope)}
    figure = usage_chart(f"{scope.name}-usage", results, scope.styles)
    return Part("usage", figures=(figure,) if figure else ())


def confusions_part(scope: Scope) -> Part:
    """Return the confusion matrices in one figure, with everything equal where that was run."""
    if not scope.protocols:
        return Part("confusions")
    protocol, counts, colours = scope.protocols[-1], {}, []
    for device in scope.devices:
        for setting in scope.settings(protocol, device):
            found = total_confusion(scope.measurements.results(setting))
            if found is not None:
                style = scope.style(setting)
                counts[f"{style.title}{_on(scope, device)}"] = found
                colours.append(style.colour)
    caption = f"Predictions of the test samples, all runs together; {PROTOCOL_TITLES[protocol]}."
    figure = confusion_chart(f"{scope.name}-confusion", counts, colours, caption)
    return Part("confusions", figures=(figure,) if figure else ())


def _conditions(scope: Scope) -> Iterator[tuple[str, Protocol, Device]]:
    """Yield every protocol on every device, with its title before them."""
    for protocol in scope.protocols:
        for device in scope.devices:
            yield f"{PROTOCOL_NAMES[protocol]}{_on(scope, device)}", protocol, device


def _on(scope: Scope, device: Device) -> str:
    """Return what tells a device from the others; empty where there is but one."""
    return f", {DEVICE_TITLES[device]}" if len(scope.devices) > 1 else ""


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
