"""Flattening, which changes no bytes."""

from contract.layers.flatten import Flatten
from runners.velox.lowering.base import Node, make_node


@make_node.register(Flatten)
class FlattenNode(Node[Flatten]):
    """No call at all."""
