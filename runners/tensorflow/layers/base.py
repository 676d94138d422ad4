"""How a network is put together, and what each kind's module fills in."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import singledispatch
from typing import Any

from contract.base import Precision
from contract.layers import Layer


@dataclass(frozen=True)
class LayerOptions:
    """What the layers of a network have in common."""

    precision: Precision
    own_batch_norm: bool = False
    """Whether batch norm takes Keras' momentum and ε in the place of the study's."""


@singledispatch
def connect(layer: Layer, tensor: Any, options: LayerOptions) -> Any:  # noqa: ARG001
    """Return what leaves a layer, whose weights are of Keras' choice.

    Args:
        layer: Its description.
        tensor: What enters it: a Keras tensor, images (batch, H, W, C) or (batch, features).
        options: Those of the network.

    Raises:
        TypeError: there is no module for this kind of layer.
    """
    raise TypeError(f"no Keras layer for the layer {layer.type}")


def connect_all(layers: Sequence[Layer], tensor: Any, options: LayerOptions) -> Any:
    """Return what leaves the last of the layers; `tensor` itself where there are none."""
    for layer in layers:
        tensor = connect(layer, tensor, options)
    return tensor
