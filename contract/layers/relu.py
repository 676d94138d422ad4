"""ReLU."""

from typing import Literal

from contract.layers.base import Layer


class ReLU(Layer):
    """max(x, 0), elementwise."""

    type: Literal["relu"]
