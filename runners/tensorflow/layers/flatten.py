"""Flattening."""

from typing import Any

import keras

from contract.layers.flatten import Flatten
from runners.tensorflow.layers.base import LayerOptions, connect


@connect.register
def flatten(_layer: Flatten, tensor: Any, options: LayerOptions) -> Any:
    """Keras' own, in the order of the contract."""
    return keras.layers.Flatten(dtype=options.precision)(tensor)
