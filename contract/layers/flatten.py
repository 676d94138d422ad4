"""Flattening."""

import math
from typing import Literal

from contract.layers.base import Layer, Shape


class Flatten(Layer):
    """All axes into one, in row-major (height, width, channels) order."""

    type: Literal["flatten"]

    def output_shape(self, shape: Shape) -> Shape:
        """Map (H, W, C) → (H·W·C,)."""
        return (math.prod(shape),)
