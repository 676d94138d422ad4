"""Global average pooling."""

from typing import Any

import keras

from contract.layers.global_avg_pool2d import GlobalAvgPool2D
from runners.tensorflow.layers.base import LayerOptions, connect


@connect.register
def global_avg_pool2d(_layer: GlobalAvgPool2D, tensor: Any, options: LayerOptions) -> Any:
    """Keras' own."""
    return keras.layers.GlobalAveragePooling2D(dtype=options.precision)(tensor)
