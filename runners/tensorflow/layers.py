"""The contract's layers as Keras ones.

Keras normalises a batch as the contract has it, whatever the shape and the precision: variances
without Bessel's correction, in plain operators (no fused kernel, which would correct the moving
one), so that nothing is left to make up for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import keras

from contract.base import Precision
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
    Residual,
)


@dataclass(frozen=True)
class KerasLayers:
    """Makes layers that compute in `precision`, and passes tensors through them."""

    precision: Precision
    own_batch_norm: bool = False
    """Whether batch norm takes Keras' momentum and ε in the place of the study's."""

    def connect(self, layers: Sequence[AnyLayer], tensor: Any) -> Any:
        """Return what leaves the last of the layers; all have weights of Keras' choice."""
        for layer in layers:
            tensor = self._connect(layer, tensor)
        return tensor

    def _connect(self, layer: AnyLayer, tensor: Any) -> Any:
        if isinstance(layer, Residual):
            ways = [self.connect(way, tensor) for way in (layer.layers, layer.shortcut)]
            return keras.layers.Add(dtype=self.precision)(ways)
        if isinstance(layer, Conv2D):
            return self._convolve(layer, tensor)
        return self._make(layer)(tensor)

    def _make(self, layer: AnyLayer) -> Any:
        if isinstance(layer, BatchNorm):
            return self._batch_norm(layer)
        if isinstance(layer, Dense):
            return keras.layers.Dense(
                layer.units, use_bias=layer.use_bias, name=layer.name, dtype=self.precision
            )
        if isinstance(layer, MaxPool2D):
            return keras.layers.MaxPooling2D(layer.pool_size, dtype=self.precision)
        if isinstance(layer, Dropout):
            return keras.layers.Dropout(layer.rate, dtype=self.precision)
        plain = {
            ReLU: keras.layers.ReLU,
            Flatten: keras.layers.Flatten,
            GlobalAvgPool2D: keras.layers.GlobalAveragePooling2D,
        }
        return plain[type(layer)](dtype=self.precision)

    def _batch_norm(self, layer: BatchNorm) -> Any:
        studied = {"momentum": layer.momentum, "epsilon": layer.epsilon}
        numbers = {} if self.own_batch_norm else studied
        return keras.layers.BatchNormalization(name=layer.name, dtype=self.precision, **numbers)

    def _convolve(self, conv: Conv2D, images: Any) -> Any:
        """Convolve; zeros that no name of Keras' stands for are a layer of their own before it."""
        _, height, width, _ = images.shape
        padding = _padding_by_name(conv, height, width)
        if padding is None:
            margins = (conv.margins(height), conv.margins(width))
            images = keras.layers.ZeroPadding2D(margins, dtype=self.precision)(images)
        return keras.layers.Conv2D(
            conv.filters,
            conv.kernel_size,
            strides=conv.stride,
            padding=padding or "valid",
            use_bias=conv.use_bias,
            name=conv.name,
            dtype=self.precision,
        )(images)


def _padding_by_name(conv: Conv2D, height: int, width: int) -> Literal["valid", "same"] | None:
    """Return Keras' name for the zeros around an image; None where it has none."""
    names: tuple[Literal["valid", "same"], ...] = ("valid", "same")
    for name in names:
        named = conv.model_copy(update={"padding": name})
        if all(named.margins(length) == conv.margins(length) for length in (height, width)):
            return name
    return None
