"""Small networks that contenders are tried on, and samples for them."""

import numpy as np
from hypothesis import strategies as st

from contract.base import Precision
from contract.model import Model
from contract.training import SGD, Adam, Momentum, Optimizer, Training
from runners.harness.contender.network import FloatArray, TargetArray, Weights
from runners.harness.contender.weights import canonical_weights

Padding = str | int

RELU = {"type": "relu"}
FLATTEN = {"type": "flatten"}


def network(input_shape: tuple[int, ...], *layers: dict[str, object]) -> Model:
    """Return a network from what a study's file would say."""
    return Model.model_validate({"input_shape": input_shape, "layers": layers})


def conv(name: str, filters: int, kernel_size: int, **changes: object) -> dict[str, object]:
    """Describe a convolution."""
    sizes = {"filters": filters, "kernel_size": kernel_size}
    return {"type": "conv2d", "name": name, **sizes, **changes}


def dense(name: str, units: int, **changes: object) -> dict[str, object]:
    """Describe a dense layer."""
    return {"type": "dense", "name": name, "units": units, **changes}


def pool(size: int) -> dict[str, object]:
    """Describe a max-pooling."""
    return {"type": "max_pool2d", "pool_size": size}


def batch_norm(name: str, **changes: object) -> dict[str, object]:
    """Describe a batch norm, whose numbers are no framework's defaults."""
    return {"type": "batch_norm", "name": name, "momentum": 0.7, "epsilon": 2e-3, **changes}


SMALL_CNN = network(
    (9, 11, 2),
    conv("conv1", 4, 3, padding="same"),
    RELU,
    pool(2),
    conv("conv2", 5, 2),
    RELU,
    FLATTEN,
    dense("dense1", 8),
    RELU,
    dense("logits", 3),
)

LINEAR = network((6,), dense("logits", 4))
REGRESSION = network((4,), dense("hidden", 6), RELU, dense("outputs", 1))
NORMALISED = network(
    (7, 6, 2), conv("conv", 4, 3, use_bias=False), batch_norm("norm"), FLATTEN, dense("logits", 3)
)
"""Without a kink, so that rounding falls on no other side of it.

A bias before a batch norm would have a gradient of rounding alone: the norm takes every shift back.
"""
NORMALISED_FEATURES = network(
    (6,), dense("hidden", 5, use_bias=False), batch_norm("norm", momentum=0.9), dense("logits", 3)
)
DROPPING = network((5,), dense("hidden", 8), {"type": "dropout", "rate": 0.4}, dense("logits", 3))
RESIDUAL = network(
    (8, 7, 2),
    conv("stem", 4, 3, padding=1, use_bias=False),
    {
        "type": "residual",
        "layers": [
            conv("down", 6, 3, stride=2, padding=1, use_bias=False),
            batch_norm("down-norm"),
            RELU,
            conv("mix", 6, 3, padding="same", use_bias=False),
            batch_norm("mix-norm"),
        ],
        "shortcut": [conv("project", 6, 1, stride=2, use_bias=False), batch_norm("project-norm")],
    },
    RELU,
    {
        "type": "residual",
        "layers": [{"type": "residual", "layers": [conv("inner", 6, 3, padding="same")]}, RELU],
    },
    {"type": "global_avg_pool2d"},
    dense("logits", 3),
)
"""A projection, an identity, one residual within another."""

TRAINING = Training(
    loss="softmax_cross_entropy",
    optimizer=SGD(type="sgd", learning_rate=0.05),
    batch_size=8,
)
"""How the suite trains where only the gate tries every optimizer."""
SQUARED = TRAINING.model_copy(update={"loss": "mean_squared_error"})


def batch(
    model: Model, samples: int, precision: Precision, seed: int = 0
) -> tuple[FloatArray, TargetArray]:
    """Return inputs (samples, *input_shape) in [0, 1) and labels (samples,)."""
    generator = np.random.default_rng(seed)
    inputs = generator.random((samples, *model.input_shape), np.float32).astype(precision)
    return inputs, generator.integers(0, model.output_shape[0], samples, np.int64)


def measured_batch(
    model: Model, samples: int, precision: Precision, seed: int = 0
) -> tuple[FloatArray, TargetArray]:
    """Return normal inputs and targets (samples, outputs) of a regression."""
    generator = np.random.default_rng(seed)
    inputs = generator.normal(size=(samples, *model.input_shape)).astype(np.float32)
    targets = generator.normal(size=(samples, *model.output_shape)).astype(np.float32)
    return inputs.astype(precision), targets.astype(precision)


def stirred_weights(model: Model, seed: int = 0) -> Weights:
    """Return float32 weights of which none is 0 or 1 throughout; variances stay positive."""
    generator = np.random.default_rng(seed)
    return {
        name: value + generator.uniform(0.1, 0.5, value.shape).astype(np.float32)
        if value.ndim == 1
        else value
        for name, value in canonical_weights(model, seed).items()
    }


@st.composite
def convolutions(draw: st.DrawFn) -> Model:
    """One convolution on an image of any shape.

    A dense layer ends it: logits straight from one filter shift together with its bias, whose
    gradient would then be 0, and no relative distance from 0 means anything.
    """
    kernel_size = draw(st.integers(1, 4))
    padding: Padding = draw(st.sampled_from(("valid", "same", 1, 2)))
    layer = conv(
        "conv",
        draw(st.integers(1, 5)),
        kernel_size,
        padding=padding,
        stride=draw(st.integers(1, 3)),
        use_bias=draw(st.booleans()),
    )
    shape = (draw(st.integers(kernel_size, 9)), draw(st.integers(kernel_size, 9)))
    return network((*shape, draw(st.integers(1, 4))), layer, FLATTEN, dense("logits", 3))


def strided(length: int, padding: Padding) -> Model:
    """A convolution at stride 2, where the frameworks' paddings part ways."""
    layer = conv("conv", 3, 3, stride=2, padding=padding)
    return network((length, length + 1, 2), layer, FLATTEN, dense("logits", 3))


@st.composite
def pools(draw: st.DrawFn) -> Model:
    """A pool whose windows seldom fit the image, with weights before it to pass gradients to."""
    size = draw(st.integers(1, 4))
    height, width = draw(st.integers(size, 10)), draw(st.integers(size, 10))
    shape = (height, width, draw(st.integers(1, 3)))
    return network(shape, conv("mix", 3, 1), pool(size), FLATTEN)


@st.composite
def perceptrons(draw: st.DrawFn) -> Model:
    """Dense layers on flat inputs."""
    hidden, outputs = draw(st.integers(1, 20)), draw(st.integers(2, 6))
    return network(
        (draw(st.integers(1, 40)),), dense("hidden", hidden), RELU, dense("logits", outputs)
    )


@st.composite
def flattened_images(draw: st.DrawFn) -> Model:
    """A dense layer on an image that no layer has touched: its rows show the flatten order."""
    height, width, channels = (draw(st.integers(1, 6)) for _ in range(3))
    return network((height, width, channels), FLATTEN, dense("logits", 4))


@st.composite
def optimizers(draw: st.DrawFn) -> Optimizer:
    """Any optimizer of the contract, with any sensible numbers."""
    rates = {
        "learning_rate": draw(st.floats(1e-4, 1e-1)),
        "weight_decay": draw(st.sampled_from((0.0, 1e-4, 0.1))),
    }
    decay = st.floats(0.5, 0.999)
    adam = Adam(
        type="adam",
        beta_1=draw(decay),
        beta_2=draw(decay),
        epsilon=draw(st.floats(1e-8, 1e-2)),
        **rates,
    )
    momentum = Momentum(type="momentum", momentum=draw(decay), **rates)
    every: tuple[Optimizer, ...] = (SGD(type="sgd", **rates), momentum, adam)
    return draw(st.sampled_from(every))


DECAYING: tuple[Optimizer, ...] = (
    SGD(type="sgd", learning_rate=0.05, weight_decay=0.1),
    Momentum(type="momentum", learning_rate=0.05, weight_decay=0.1),
    Adam(type="adam", learning_rate=0.01, weight_decay=0.1),
)
"""Every kind with a weight decay that no step can hide."""
