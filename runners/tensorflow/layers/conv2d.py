"""The convolution."""

from typing import Any, Literal

import keras

from contract.layers.conv2d import Conv2D
from runners.tensorflow.layers.base import LayerOptions, connect


@connect.register
def conv2d(layer: Conv2D, tensor: Any, options: LayerOptions) -> Any:
    """Keras' own; zeros that no name of Keras' stands for are a layer of their own before it."""
    _, height, width, _ = tensor.shape
    padding = _padding_by_name(layer, height, width)
    if padding is None:
        margins = (layer.margins(height), layer.margins(width))
        tensor = keras.layers.ZeroPadding2D(margins, dtype=options.precision)(tensor)
    return keras.layers.Conv2D(
        layer.filters,
        layer.kernel_size,
        strides=layer.stride,
        padding=padding or "valid",
        use_bias=layer.use_bias,
        name=layer.name,
        dtype=options.precision,
    )(tensor)


def _padding_by_name(layer: Conv2D, height: int, width: int) -> Literal["valid", "same"] | None:
    """Return Keras' name for the zeros around an image; None where it has none."""
    names: tuple[Literal["valid", "same"], ...] = ("valid", "same")
    for name in names:
        named = layer.model_copy(update={"padding": name})
        if all(named.margins(length) == layer.margins(length) for length in (height, width)):
            return name
    return None
