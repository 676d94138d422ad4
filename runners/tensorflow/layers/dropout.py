"""Dropout."""

from typing import Any

import keras

from contract.layers.dropout import Dropout
from runners.tensorflow.layers.base import LayerOptions, connect


@connect.register
def dropout(layer: Dropout, tensor: Any, options: LayerOptions) -> Any:
    """Keras' own."""
    return keras.layers.Dropout(layer.rate, dtype=options.precision)(tensor)
