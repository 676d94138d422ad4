"""How the jobs went: learning curves, and what is taken for what in the end."""

from __future__ import annotations

from collections.abc import Iterator

from contract.model import Loss
from report.figures.canvas import Drawing
from report.figures.confusion import confusion_chart, total_confusion
from report.figures.curves import learning_curves
from report.parts.part import Part
from report.scope import Scope


def curves_part(scope: Scope) -> Part:
    """Return the learning curves by protocol and device."""
    return Part("curves", drawings=tuple(_curves(scope)))


def confusions_part(scope: Scope) -> Part:
    """Return a confusion matrix per contender and device, with everything equal where it was."""
    return Part("confusions", drawings=tuple(_confusions(scope)))


def _curves(scope: Scope) -> Iterator[Drawing]:
    for protocol in scope.protocols:
        for device in scope.devices:
            settings = scope.settings(protocol, device)
            results = {s.contender: scope.measurements.results(s) for s in settings}
            name = f"{scope.name}-curves-{protocol}-{device}"
            drawing = learning_curves(name, results, _loss(scope), protocol, scope.looks)
            if drawing is not None:
                yield drawing


def _loss(scope: Scope) -> Loss:
    """Return what was minimised; where no study tells, what classifications minimise."""
    return scope.workload.training.loss if scope.workload else "softmax_cross_entropy"


def _confusions(scope: Scope) -> Iterator[Drawing]:
    for device in scope.devices if scope.protocols else ():
        for setting in scope.settings(scope.protocols[-1], device):
            results = scope.measurements.results(setting)
            counts = total_confusion(results)
            name = f"{scope.name}-confusion-{device}-{setting.contender}"
            look = scope.looks[setting.contender]
            drawing = None if counts is None else confusion_chart(name, counts, len(results), look)
            if drawing is not None:
                yield drawing
