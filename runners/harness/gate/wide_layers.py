"""Layers in batches of the study's size, of networks too dear to take such a batch as a whole.

What a layer does there only is seen nowhere else: the small network of the epochs has no layer but
a few. Image and channels are small here: a batch costs next to nothing.
"""

from collections.abc import Iterator
from typing import Any

from contract.layers import Layer, Shape
from contract.model import Model
from runners.harness.gate.layers import LayerProbe, clear_probe, named_layers, nameless

_SIDE = 4
"""Of an image, where that is enough for the layer."""
_CHANNELS = 4
_FEATURES = 8
_NARROWED = ("filters", "units")
"""What says how many channels or features leave a layer."""


def wide_probes(model: Model, small: Model, batch_size: int) -> Iterator[LayerProbe]:
    """Yield a probe for each sort of layer, whatever its channels and the image.

    Layers within a residual are looked at in it.

    Args:
        model: The network.
        small: One that is held against the reference in such batches; a kind of layer that it has
            is left out, but for convolutions, which differ by more than what is learnt.
        batch_size: The study's.
    """
    left_out = {layer.type for layer in small.layers} - {"conv2d"}
    known: list[Any] = []
    for label, layer, entering in named_layers(model):
        sort = (nameless(_narrow(layer).model_dump()), len(entering))
        is_outermost = any(layer is outer for outer in model.layers)
        if is_outermost and layer.type not in left_out and sort not in known:
            known.append(sort)
            label = f"{label} in batches of {batch_size}"
            yield clear_probe(label, _narrow(layer), _smallest(layer, entering), batch_size)


def _narrow(layer: Layer) -> Layer:
    """Return a layer with few channels or features leaving it, and each layer within it."""
    fewer = {name: min(getattr(layer, name, 0), _CHANNELS) for name in _NARROWED}
    changes: dict[str, Any] = {
        name: number for name, number in fewer.items() if name in type(layer).model_fields
    }
    changes |= {
        branch: tuple(_narrow(inner) for inner in layers)
        for branch, layers in layer.branches.items()
    }
    return layer.model_copy(update=changes)


def _smallest(layer: Layer, shape: Shape) -> Shape:
    """Return a small shape that the layer takes; the whole image where no smaller one will do."""
    if len(shape) == 1:
        return (min(shape[0], _FEATURES),)
    height, width, channels = shape
    side = _SIDE
    while side < max(height, width):
        smaller = (min(height, side), min(width, side), min(channels, _CHANNELS))
        if _takes(layer, smaller):
            return smaller
        side *= 2
    return (height, width, min(channels, _CHANNELS))


def _takes(layer: Layer, shape: Shape) -> bool:
    try:
        _narrow(layer).output_shape(shape)
    except ValueError:
        return False
    return True
