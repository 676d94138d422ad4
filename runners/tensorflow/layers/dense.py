"""The fully connected layer."""

from typing import Any

import keras

from contract.layers.dense import Dense
from runners.tensorflow.layers.base import LayerOptions, connect


@connect.register
def dense(layer: Dense, tensor: Any, options: LayerOptions) -> Any:
    """Keras' own."""
    return keras.layers.Dense(
        layer.units, use_bias=layer.use_bias, name=layer.name, dtype=options.precision
    )(tensor)
