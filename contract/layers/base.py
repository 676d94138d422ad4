"""What every kind of layer has, and the kinds that there are."""

from __future__ import annotations

from typing import Annotated, Any, get_args

from pydantic import AfterValidator, ConfigDict, GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

from contract.base import Record

Shape = tuple[int, ...]


class Layer(Record):
    """One step of the network; a direct subclass is a kind, named by the Literal in its `type`."""

    model_config = ConfigDict(defer_build=True)  # a residual holds kinds that are not there yet

    type: str

    @property
    def branches(self) -> dict[str, tuple[Layer, ...]]:
        """The layers within this one, by the field that holds them; none in most kinds."""
        return {}

    def output_shape(self, shape: Shape) -> Shape:
        """Return the shape that leaves the layer; raise ValueError where `shape` does not fit."""
        return shape

    def weight_shapes(self, shape: Shape) -> dict[str, Shape]:  # noqa: ARG002 (for subclasses)
        """Return the weights that training adjusts, by full name, for an input of `shape`."""
        return {}

    def state_shapes(self, shape: Shape) -> dict[str, Shape]:  # noqa: ARG002 (for subclasses)
        """Return what the layer remembers beside its weights, by full name, without a gradient."""
        return {}

    def multiply_adds(self, shape: Shape) -> int:  # noqa: ARG002 (for subclasses)
        """Count the multiplications of one sample's forward pass that a matrix product would do."""
        return 0


class _AnyKind:
    """Lets pydantic choose among the kinds by their `type`, whichever there are by then."""

    @staticmethod
    def __get_pydantic_core_schema__(_source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        choices = {name: handler.generate_schema(kind) for name, kind in layer_kinds().items()}
        return core_schema.tagged_union_schema(choices, "type")


AnyLayer = Annotated[Layer, _AnyKind]
"""A layer of any kind."""


def layer_kinds() -> dict[str, type[Layer]]:
    """Return every kind of layer, by the name that a study's file gives it."""
    kinds = Layer.__subclasses__()
    return {get_args(kind.model_fields["type"].annotation)[0]: kind for kind in kinds}


def _known(name: str) -> str:
    if name not in layer_kinds():
        raise ValueError(f"no layer is of the kind {name!r}; kinds are {', '.join(layer_kinds())}")
    return name


LayerKind = Annotated[str, AfterValidator(_known)]
"""The name of a kind."""


def as_image(layer_type: str, shape: Shape) -> tuple[int, int, int]:
    """Return height, width and channels; raise ValueError where `shape` is not that of an image."""
    if len(shape) != 3:
        raise ValueError(f"{layer_type}: needs (height, width, channels), got {shape}")
    height, width, channels = shape
    return height, width, channels
