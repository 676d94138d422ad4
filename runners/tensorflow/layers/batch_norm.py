"""Batch normalisation."""

from typing import Any

import keras

from contract.layers.batch_norm import BatchNorm
from runners.tensorflow.layers.base import LayerOptions, connect


@connect.register
def batch_norm(layer: BatchNorm, tensor: Any, options: LayerOptions) -> Any:
    """Keras' own, with the study's numbers or with Keras'."""
    studied = {"momentum": layer.momentum, "epsilon": layer.epsilon}
    numbers = {} if options.own_batch_norm else studied
    return keras.layers.BatchNormalization(name=layer.name, dtype=options.precision, **numbers)(
        tensor
    )
