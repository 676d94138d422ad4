"""Layers know what they make of a shape, and refuse one that does not fit."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from contract.layers import AnyLayer, LayerKind, all_layers, layer_kinds, without
from contract.layers.dropout import Dropout

LAYER = TypeAdapter(AnyLayer)


def layer(**fields):
    return LAYER.validate_python(fields)


def conv(**fields):
    return layer(**{"type": "conv2d", "name": "c", "filters": 4, "kernel_size": 3} | fields)


def residual(layers, shortcut=()):
    return layer(type="residual", layers=layers, shortcut=shortcut)


NORM = {"type": "batch_norm", "name": "n"}
HALVING = {"type": "conv2d", "filters": 8, "stride": 2}
WIDE = {**HALVING, "name": "wide", "kernel_size": 3, "padding": 1, "use_bias": False}
DIRECT = {**HALVING, "name": "direct", "kernel_size": 1}


@pytest.mark.parametrize(
    ("fields", "margins", "outputs"),
    [
        ({"padding": "valid"}, (0, 0), 30),
        ({"padding": "same"}, (1, 1), 32),
        ({"padding": 1}, (1, 1), 32),
        ({"padding": 2}, (2, 2), 34),
        ({"padding": "valid", "stride": 2}, (0, 0), 15),
        ({"padding": "same", "stride": 2}, (0, 1), 16),
        ({"padding": 1, "stride": 2}, (1, 1), 16),
        ({"padding": "same", "kernel_size": 4}, (1, 2), 32),
        ({"padding": "same", "kernel_size": 1, "stride": 3}, (0, 0), 11),
    ],
)
def test_padding_and_stride_decide_a_convolutions_size(fields, margins, outputs):
    found = conv(**fields)

    assert found.margins(32) == margins
    assert found.output_shape((32, 32, 3)) == (outputs, outputs, 4)


@given(
    length=st.integers(1, 40),
    kernel=st.integers(1, 7),
    stride=st.integers(1, 5),
    padding=st.sampled_from(["valid", "same", 0, 1, 3]),
)
def test_outputs_are_the_windows_that_fit(length, kernel, stride, padding):
    found = conv(kernel_size=kernel, stride=stride, padding=padding)
    padded = length + sum(found.margins(length))
    windows = range(0, padded - kernel + 1, stride)
    if not windows:
        with pytest.raises(ValueError, match="exceeds input"):
            found.output_shape((length, length, 1))
        return

    assert found.output_shape((length, length, 1)) == (len(windows), len(windows), 4)
    if padding == "same":
        assert len(windows) == -(-length // stride)


@pytest.mark.parametrize(
    ("fields", "shape", "expected"),
    [
        ({"type": "relu"}, (5, 5, 3), (5, 5, 3)),
        ({"type": "dropout", "rate": 0.5}, (7,), (7,)),
        (NORM, (5, 5, 3), (5, 5, 3)),
        ({"type": "max_pool2d", "pool_size": 2}, (5, 7, 3), (2, 3, 3)),
        ({"type": "global_avg_pool2d"}, (5, 7, 3), (3,)),
        ({"type": "flatten"}, (5, 7, 3), (105,)),
        ({"type": "dense", "name": "d", "units": 2}, (7,), (2,)),
    ],
    ids=lambda value: value["type"] if isinstance(value, dict) else None,
)
def test_what_leaves_a_layer(fields, shape, expected):
    assert layer(**fields).output_shape(shape) == expected


@pytest.mark.parametrize(
    ("fields", "shape", "message"),
    [
        ({"type": "conv2d", "name": "c", "filters": 1, "kernel_size": 1}, (7,), "needs (height"),
        ({"type": "max_pool2d", "pool_size": 4}, (3, 9, 1), "window 4 exceeds input"),
        ({"type": "global_avg_pool2d"}, (7,), "needs (height, width, channels)"),
        ({"type": "dense", "name": "d", "units": 2}, (5, 5, 1), "add a flatten"),
    ],
)
def test_what_does_not_fit_a_layer(fields, shape, message):
    with pytest.raises(ValueError, match=r"needs|exceeds") as caught:
        layer(**fields).output_shape(shape)

    assert message in str(caught.value)


@pytest.mark.parametrize(
    "fields",
    [
        {"type": "dropout", "rate": 1.0},
        {"type": "dropout", "rate": 0.0},
        {"type": "batch_norm", "name": "n", "momentum": 1.0},
        {"type": "batch_norm", "name": "n", "epsilon": 0.0},
        {"type": "conv2d", "name": "c", "filters": 1, "kernel_size": 3, "padding": -1},
        {"type": "conv2d", "name": "c", "filters": 1, "kernel_size": 3, "padding": "full"},
        {"type": "conv2d", "name": "c", "filters": 1, "kernel_size": 3, "stride": 0},
        {"type": "residual", "layers": []},
        {"type": "lstm"},
    ],
)
def test_values_that_no_layer_has_are_refused(fields):
    with pytest.raises(ValidationError):
        layer(**fields)


def test_a_residual_adds_two_paths_of_one_size():
    found = residual([WIDE, NORM], [DIRECT])

    assert found.output_shape((32, 32, 3)) == (16, 16, 8)
    assert list(found.weight_shapes((32, 32, 3))) == [
        "wide.kernel",
        "n.gamma",
        "n.beta",
        "direct.kernel",
        "direct.bias",
    ]
    assert found.state_shapes((32, 32, 3)) == {"n.moving_mean": (8,), "n.moving_variance": (8,)}
    assert found.multiply_adds((32, 32, 3)) == 16 * 16 * 8 * 3 * (9 + 1)


def test_a_residual_whose_paths_differ_is_refused():
    with pytest.raises(ValueError, match=r"layers give \(16, 16, 8\), the shortcut \(32, 32, 3\)"):
        residual([WIDE]).output_shape((32, 32, 3))


def test_dropout_can_be_taken_out_wherever_it_stands():
    drop = {"type": "dropout", "rate": 0.5}
    block = {"type": "residual", "layers": [drop, {"type": "relu"}], "shortcut": [drop]}

    (found,) = without(Dropout, map(LAYER.validate_python, (drop, block, drop)))

    assert [inner.type for inner in found.layers] == ["relu"]
    assert found.shortcut == ()


def test_layers_are_found_within_residuals_too():
    found = all_layers([residual([WIDE, NORM], [DIRECT])])

    assert [layer.type for layer in found] == ["residual", "conv2d", "batch_norm", "conv2d"]


def test_every_module_of_the_folder_that_defines_a_kind_is_named_after_it():
    modules = {kind.__module__.rpartition(".")[2] for kind in layer_kinds().values()}

    assert modules == set(layer_kinds())


def test_a_refusal_names_the_kinds_that_there_are():
    with pytest.raises(ValidationError) as caught:
        layer(type="lstm")
    with pytest.raises(ValidationError) as among_abilities:
        TypeAdapter(LayerKind).validate_python("lstm")

    for refusal in (str(caught.value), str(among_abilities.value)):
        assert all(kind in refusal for kind in layer_kinds())


def test_residuals_within_residuals_take_no_longer_than_there_are_layers(monkeypatch):
    asked = []
    monkeypatch.setattr(Dropout, "output_shape", lambda _, shape: asked.append(shape) or shape)
    nested = {"type": "dropout", "rate": 0.5}
    for _ in range(12):
        nested = {"type": "residual", "layers": (nested,)}

    assert layer(**nested).output_shape((4, 4, 1)) == (4, 4, 1)

    assert len(asked) == 1
