"""What the tests of single functions share: arrays, and the reference's word on a layer."""

from typing import Any

import numpy as np
from hypothesis import settings
from numpy.typing import NDArray

from contract.layers import AnyLayer
from runners.harness.reference.layers import Pass, chain

Array = NDArray[np.float32]
drawn = settings(max_examples=25, deadline=None)


def normal(generator: np.random.Generator, *shape: int) -> Array:
    """Draw float32 values."""
    return generator.standard_normal(shape, np.float32)


def in_double(**arrays: Array) -> dict[str, NDArray[np.float64]]:
    """Widen arrays for the reference."""
    return {name: array.astype(np.float64) for name, array in arrays.items()}


def reference(
    layer: AnyLayer,
    inputs: Array,
    output_gradient: Array,
    *,
    training: bool = True,
    **weights: Array,
) -> dict[str, NDArray[Any]]:
    """Return outputs of a layer called "l", and gradients with respect to inputs and weights."""
    named = {f"l.{part}": value for part, value in in_double(**weights).items()}
    run = Pass(named, training, np.random.default_rng(0))
    outputs, backward = chain((layer,), inputs.astype(np.float64), run)
    by_inputs, by_weights = backward(output_gradient.astype(np.float64))
    found = {name.removeprefix("l."): value for name, value in (by_weights | run.moved).items()}
    return {"outputs": outputs, "by_inputs": by_inputs, **found}


def assert_near(found: NDArray[Any], expected: NDArray[Any]) -> None:
    """Compare within what float32 sums allow, relative to the largest value."""
    expected = expected.reshape(-1)
    tolerance = 1e-5 * max(1.0, float(np.abs(expected).max()))
    np.testing.assert_allclose(found.reshape(-1), expected, rtol=0, atol=tolerance)
