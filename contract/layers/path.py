"""Layers one after the other: the shapes between them, and what they are together."""

from collections.abc import Callable, Iterable, Iterator, Sequence

from contract.base import LocatedError
from contract.layers.base import Layer, Shape


def layer_steps(
    layers: Sequence[Layer], shape: Shape, branch: str = "layers"
) -> Iterator[tuple[Layer, Shape]]:
    """Yield each layer with the shape that enters it.

    Args:
        layers: One after the other.
        shape: What enters the first.
        branch: The field that holds them, for errors.

    Raises:
        LocatedError: a layer does not fit what enters it.
    """
    return ((layer, entering) for layer, entering, _ in _passages(layers, shape, branch))


def shape_after(layers: Sequence[Layer], shape: Shape, branch: str = "layers") -> Shape:
    """Return the shape that leaves the last of the layers; `shape` itself where there are none."""
    for _, _, leaving in _passages(layers, shape, branch):
        shape = leaving
    return shape


def _passages(
    layers: Sequence[Layer], shape: Shape, branch: str
) -> Iterator[tuple[Layer, Shape, Shape]]:
    """Yield each layer with the shapes that enter and leave it.

    Each layer is asked once: one that holds others asks them, and so on, so that being asked twice
    would take twice as long for every residual within a residual.
    """
    name = "layer" if branch == "layers" else f"{branch} layer"
    for index, layer in enumerate(layers):
        try:
            following = layer.output_shape(shape)
        except ValueError as error:
            within = error.path if isinstance(error, LocatedError) else ()
            message = f"{name} {index + 1}: {error}"
            raise LocatedError(message, (branch, index, *within)) from error
        yield layer, shape, following
        shape = following


def named_shapes(
    steps: Iterable[tuple[Layer, Shape]], shapes: Callable[[Layer, Shape], dict[str, Shape]]
) -> dict[str, Shape]:
    """Return the named shapes of all layers, in their order."""
    return {name: found for step in steps for name, found in shapes(*step).items()}


def all_layers(layers: Iterable[Layer]) -> Iterator[Layer]:
    """Yield the layers, each followed by those within it."""
    for layer in layers:
        yield layer
        for branch in layer.branches.values():
            yield from all_layers(branch)


def without(kind: type[Layer], layers: Iterable[Layer]) -> tuple[Layer, ...]:
    """Return the layers but those of a kind, wherever they stand."""
    return tuple(
        layer.model_copy(
            update={name: without(kind, branch) for name, branch in layer.branches.items()}
        )
        for layer in layers
        if not isinstance(layer, kind)
    )
