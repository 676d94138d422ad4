"""Canonical weights: one seeded NumPy initialisation that every contender starts from."""

import math
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file, save_file

from contract.layers import Shape
from contract.model import Model
from runners.harness.contender.network import FloatArray, Weights

_ONES = (".gamma", ".moving_variance")
"""A batch norm that has seen nothing yet passes on what comes, but for its ε."""


def weight_names(model: Model) -> tuple[str, ...]:
    """Return the names of all weights, then of all states: the order of every `Weights`."""
    return (*model.weight_shapes(), *model.state_shapes())


def canonical_weights(model: Model, seed: int) -> Weights:
    """Return float32 weights and states: kernels Glorot-uniform, γ and variances one, others zero.

    U(−a, a) with a = √(6 / (fan_in + fan_out)); Glorot & Bengio 2010, equation 16. For a
    convolution the fans count the kernel's window. float32 values are exact in float64, so that
    both precisions start from the same point.
    """
    generator = np.random.Generator(np.random.PCG64(seed))
    shapes = model.weight_shapes() | model.state_shapes()
    return {name: _initial(generator, name, shape) for name, shape in shapes.items()}


def _initial(generator: np.random.Generator, name: str, shape: Shape) -> FloatArray:
    if len(shape) == 1:
        return np.full(shape, name.endswith(_ONES), np.float32)
    window = math.prod(shape[:-2])
    bound = math.sqrt(6 / (window * (shape[-2] + shape[-1])))
    return generator.uniform(-bound, bound, shape).astype(np.float32)


def save_weights(weights: Weights, path: Path) -> None:
    """Write weights as safetensors."""
    save_file({name: np.ascontiguousarray(value) for name, value in weights.items()}, path)


def load_weights(path: Path) -> Weights:
    """Read weights that `save_weights` wrote."""
    return dict(load_file(path))
