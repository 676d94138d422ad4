"""Max pooling."""

from typing import Literal

from contract.layers.base import Layer, Shape, as_image
from contract.numbers import Count


class MaxPool2D(Layer):
    """Largest value of each non-overlapping window; a ragged edge is dropped."""

    type: Literal["max_pool2d"]
    pool_size: Count

    def output_shape(self, shape: Shape) -> Shape:
        """Map (H, W, C) → (H // pool, W // pool, C)."""
        height, width, channels = as_image(self.type, shape)
        if min(height, width) < self.pool_size:
            raise ValueError(f"max_pool2d: window {self.pool_size} exceeds input {shape}")
        return (height // self.pool_size, width // self.pool_size, channels)
