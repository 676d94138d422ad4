"""The layers of a network, and what they make of a shape: one module per kind.

Shapes are without the batch axis; images are (height, width, channels).

A module here that defines a subclass of `Layer` adds a kind: to what a study's file may say, to the
JSON Schemas, and to what a contender may list among its abilities.
"""

from contract.layers.base import AnyLayer, Layer, LayerKind, Shape, layer_kinds
from contract.layers.path import all_layers, layer_steps, named_shapes, shape_after, without
from contract.modules import import_modules

__all__ = [
    "AnyLayer",
    "Layer",
    "LayerKind",
    "Shape",
    "all_layers",
    "layer_kinds",
    "layer_steps",
    "named_shapes",
    "shape_after",
    "without",
]

import_modules(__name__, __path__)
