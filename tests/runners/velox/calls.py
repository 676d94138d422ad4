"""Calls of every ML function, drawn: such that fit, and such that do not."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

Argument = NDArray[Any] | int | float

_SIZES = "height width channels kernel_size stride top left bottom right"
_IMAGES, _KERNEL = "[batch,height,width,channels]", "[kernel_size,kernel_size,channels,filters]"
_OUTPUTS, _POOLED = "[batch,rows,columns,filters]", "[batch,pooled_rows,pooled_columns,channels]"

SIGNATURES = f"""
ml_add(left[any] right[any]) -> [any]
ml_batch_norm(inputs[any,channels] statistics[2,channels] gamma[channels] beta[channels] channels
    epsilon) -> [any,channels]
ml_batch_norm_gradient_beta(output_gradient[any,channels] channels) -> [channels]
ml_batch_norm_gradient_gamma(inputs[any,channels] statistics[2,channels]
    output_gradient[any,channels] channels epsilon) -> [channels]
ml_batch_norm_gradient_input(inputs[any,channels] statistics[2,channels] gamma[channels]
    gamma_gradient[channels] beta_gradient[channels] output_gradient[any,channels] channels
    epsilon) -> [any,channels]
ml_batch_norm_statistics(inputs[some,channels] channels) -> [2,channels]
ml_conv2d(images{_IMAGES} kernel{_KERNEL} bias[filters] {_SIZES}) -> {_OUTPUTS}
ml_conv2d_gradient_bias(output_gradient[any,filters] filters) -> [filters]
ml_conv2d_gradient_input(kernel{_KERNEL} output_gradient{_OUTPUTS} {_SIZES}) -> {_IMAGES}
ml_conv2d_gradient_kernel(images{_IMAGES} output_gradient{_OUTPUTS} filters {_SIZES}) -> {_KERNEL}
ml_conv2d_without_bias(images{_IMAGES} kernel{_KERNEL} {_SIZES}) -> {_OUTPUTS}
ml_count_correct(logits[some,classes] labels[some] classes) -> []
ml_dense(inputs[batch,features] kernel[features,units] bias[units] features) -> [batch,units]
ml_dense_gradient_bias(output_gradient[batch,units] units) -> [units]
ml_dense_gradient_input(kernel[features,units] output_gradient[batch,units] features)
    -> [batch,features]
ml_dense_gradient_kernel(inputs[batch,features] output_gradient[batch,units] features units)
    -> [features,units]
ml_dense_without_bias(inputs[batch,features] kernel[features,units] features) -> [batch,units]
ml_dropout(values[any] rate seed draw layer) -> [any]
ml_global_avg_pool2d(images{_IMAGES} height width channels) -> [batch,channels]
ml_global_avg_pool2d_gradient(output_gradient[batch,channels] height width channels) -> {_IMAGES}
ml_max_pool2d(images{_IMAGES} height width channels pool_size) -> {_POOLED}
ml_max_pool2d_gradient(images{_IMAGES} outputs{_POOLED} output_gradient{_POOLED} height width
    channels pool_size) -> {_IMAGES}
ml_mean_squared_error(outputs[some] targets[some]) -> []
ml_mean_squared_error_gradient(outputs[some] targets[some]) -> [some]
ml_momentum(weights[any] gradient[any] state[any] learning_rate weight_decay momentum) -> [2,any]
ml_moving_average(average[any] latest[any] momentum) -> [any]
ml_adam(weights[any] gradient[any] state[2,any] step learning_rate weight_decay beta_1 beta_2
    epsilon) -> [3,any]
ml_relu(inputs[any]) -> [any]
ml_relu_gradient(outputs[any] output_gradient[any]) -> [any]
ml_sgd(weights[any] gradient[any] learning_rate weight_decay) -> [any]
ml_softmax_cross_entropy(logits[some,classes] labels[some] classes) -> []
ml_softmax_cross_entropy_gradient(logits[some,classes] labels[some] classes) -> [some,classes]
"""
"""Each function with its parameters in order: tensors with their axes, numbers without; its result.
"""

FUNCTIONS = {
    name: (parameters.split(), result)
    for name, parameters, result in re.findall(r"(\w+)\(([^)]*)\)\s+-> (\S+)", SIGNATURES)
}
_REALS = {"epsilon", "rate", "momentum", "learning_rate", "weight_decay", "beta_1", "beta_2"}
_MAY_BE_ZERO = {"any", "batch", "top", "left", "bottom", "right", "seed", "draw", "layer"}
_AT_LEAST = dict.fromkeys(_MAY_BE_ZERO, 0) | dict.fromkeys(("height", "width"), 3)
_AT_MOST = dict.fromkeys(("kernel_size", "pool_size"), 3)

STRANGE_VALUES = (math.nan, math.inf, -math.inf, 3e38, -3e38, 1e-45, 0.0, -1.0)
ROOT_OF_MOST = 46341
"""Its square exceeds 31 bits."""
STRANGE_SIZES = (-(2**63), -(2**31), -1, 0, ROOT_OF_MOST, 2**31, 2**32, 2**62, 2**63 - 1)


@dataclass(frozen=True)
class Call:
    """One call of a function."""

    function: str
    arguments: Mapping[str, Argument]
    """By the names of the parameters, in order."""
    result_size: int
    """How many numbers it returns."""


@st.composite
def fitting_calls(draw: st.DrawFn, function: str) -> Call:
    """Draw arguments that fit each other; tensors may be empty, and hold any value."""
    parameters, result = FUNCTIONS[function]
    sizes = _with_derived({name: draw(_sizes(name)) for name in _axes(function)})
    generator = np.random.default_rng(draw(st.integers(0, 99)))
    strange = draw(st.booleans())
    arguments: dict[str, Argument] = {}
    for name, shape in map(_parse, parameters):
        if shape is not None:
            extents = [sizes[axis] if axis in sizes else int(axis) for axis in shape]
            arguments[name] = _tensor(name, extents, sizes.get("classes", 1), generator, strange)
        else:
            arguments[name] = 0.25 if name in _REALS else sizes[name]
    _, shape = _parse(result)
    result_size = math.prod(sizes[axis] if axis in sizes else int(axis) for axis in shape or [])
    return Call(function, arguments, result_size)


@st.composite
def unfitting_calls(draw: st.DrawFn, function: str) -> Call:
    """Draw a call that fits, and replace some arguments without regard to the others.

    No size comes between what a test has the memory for and what is refused.
    """
    call = draw(fitting_calls(function))
    names = st.sets(st.sampled_from(list(call.arguments)), min_size=1, max_size=3)
    spoilt = {name: draw(_replacements(call.arguments[name])) for name in sorted(draw(names))}
    return replace(call, arguments={**call.arguments, **spoilt})


def _replacements(argument: Argument) -> st.SearchStrategy[Argument]:
    if isinstance(argument, float):
        return st.sampled_from([*STRANGE_VALUES, 1e308, 5e-324, 1.0])
    if isinstance(argument, int):
        return st.sampled_from(STRANGE_SIZES) | st.integers(-2, 8)
    sizes = st.integers(0, 40)
    if argument.dtype.kind == "i":
        labels = st.sampled_from([-(2**63), -1, 0, 1, 99, 2**63 - 1])
        return sizes.flatmap(
            lambda size: st.lists(labels, min_size=size, max_size=size).map(
                lambda values: np.array(values, np.int64)
            )
        )
    return sizes.map(lambda size: np.resize(np.float32(STRANGE_VALUES), size))


def _axes(function: str) -> list[str]:
    """Return the names of all sizes that a function's call follows from."""
    parameters, result = FUNCTIONS[function]
    words = set(re.findall(r"[a-z_]\w*", " ".join([*parameters, result])))
    named = {name for name, shape in map(_parse, parameters) if shape is not None}
    derived = {"rows", "columns", "pooled_rows", "pooled_columns"}
    return sorted(words - named - derived - _REALS)


def _sizes(axis: str) -> st.SearchStrategy[int]:
    return st.integers(_AT_LEAST.get(axis, 1), _AT_MOST.get(axis, 5))


def _with_derived(sizes: dict[str, int]) -> dict[str, int]:
    """Add what convolutions and pools leave of an image's height and width."""
    derived = dict(sizes)
    if "kernel_size" in sizes:
        rows = sizes["top"] + sizes["height"] + sizes["bottom"] - sizes["kernel_size"]
        columns = sizes["left"] + sizes["width"] + sizes["right"] - sizes["kernel_size"]
        derived["rows"] = rows // sizes["stride"] + 1
        derived["columns"] = columns // sizes["stride"] + 1
    if "pool_size" in sizes:
        derived["pooled_rows"] = sizes["height"] // sizes["pool_size"]
        derived["pooled_columns"] = sizes["width"] // sizes["pool_size"]
    return derived


def _parse(parameter: str) -> tuple[str, list[str] | None]:
    """Return the name, and the axes if it is a tensor."""
    name, bracket, axes = parameter.rstrip("]").partition("[")
    return name, [axis for axis in axes.split(",") if axis] if bracket else None


def _tensor(
    name: str, extents: list[int], classes: int, generator: np.random.Generator, strange: bool
) -> NDArray[Any]:
    if name == "labels":
        return generator.integers(0, classes, extents)
    values = generator.standard_normal(extents, np.float32)
    if strange:
        places = generator.random(extents) < 0.2
        values[places] = generator.choice(np.float32(STRANGE_VALUES), int(places.sum()))
    return values
