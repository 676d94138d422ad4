"""Max pooling."""

from typing import Any

import keras

from contract.layers.max_pool2d import MaxPool2D
from runners.tensorflow.layers.base import LayerOptions, connect


@connect.register
def max_pool2d(layer: MaxPool2D, tensor: Any, options: LayerOptions) -> Any:
    """Keras' own."""
    return keras.layers.MaxPooling2D(layer.pool_size, dtype=options.precision)(tensor)
