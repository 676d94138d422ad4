"""The residual block."""

from typing import Any

import keras

from contract.layers.residual import Residual
from runners.tensorflow.layers.base import LayerOptions, connect, connect_all


@connect.register
def residual(layer: Residual, tensor: Any, options: LayerOptions) -> Any:
    """Take both paths, and add what leaves them."""
    leaving = [connect_all(path, tensor, options) for path in (layer.layers, layer.shortcut)]
    return keras.layers.Add(dtype=options.precision)(leaving)
