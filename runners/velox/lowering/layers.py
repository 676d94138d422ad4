"""The calls of every kind of layer but residuals, which the builder takes apart."""

from __future__ import annotations

from typing import Any

from contract.layers import (
    AnyLayer,
    BatchNorm,
    Conv2D,
    Dense,
    Dropout,
    Flatten,
    GlobalAvgPool2D,
    MaxPool2D,
    ReLU,
)
from runners.velox.lowering.base import LayerCalls
from runners.velox.lowering.batch_norm import BatchNormCalls
from runners.velox.lowering.weighted import Conv2DCalls, DenseCalls
from runners.velox.lowering.weightless import (
    DropoutCalls,
    GlobalAvgPool2DCalls,
    MaxPool2DCalls,
    ReLUCalls,
)

_CALLS: dict[type[AnyLayer], LayerCalls[Any]] = {
    Conv2D: Conv2DCalls(),
    BatchNorm: BatchNormCalls(),
    ReLU: ReLUCalls(),
    MaxPool2D: MaxPool2DCalls(),
    GlobalAvgPool2D: GlobalAvgPool2DCalls(),
    Dropout: DropoutCalls(),
    Flatten: LayerCalls(),
    Dense: DenseCalls(),
}


def calls_of(layer: AnyLayer) -> LayerCalls[Any]:
    """Return how a layer is computed; raise TypeError where no ML function computes it."""
    try:
        return _CALLS[type(layer)]
    except KeyError:
        raise TypeError(f"no ML function for layer {layer.type}") from None
