"""Global average pooling."""

from typing import Literal

from contract.layers.base import Layer, Shape, as_image


class GlobalAvgPool2D(Layer):
    """Mean of each channel over the image."""

    type: Literal["global_avg_pool2d"]

    def output_shape(self, shape: Shape) -> Shape:
        """Map (H, W, C) → (C,)."""
        _, _, channels = as_image(self.type, shape)
        return (channels,)
