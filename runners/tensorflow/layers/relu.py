"""ReLU."""

from typing import Any

import keras

from contract.layers.relu import ReLU
from runners.tensorflow.layers.base import LayerOptions, connect


@connect.register
def relu(_layer: ReLU, tensor: Any, options: LayerOptions) -> Any:
    """Keras' own."""
    return keras.layers.ReLU(dtype=options.precision)(tensor)
