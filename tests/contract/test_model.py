"""A network names its weights in order, and says where its layers do not fit."""

import pytest
from pydantic import TypeAdapter, ValidationError

from contract.model import Model
from contract.training import Optimizer
from tests.contract.test_layers import NORM, WIDE


def test_an_error_within_a_residual_has_its_place():
    bad = {"type": "max_pool2d", "pool_size": 9}
    outer = {"type": "residual", "layers": [{"type": "relu"}], "shortcut": [{"type": "relu"}, bad]}

    with pytest.raises(ValidationError) as caught:
        Model.model_validate({"input_shape": [8, 8, 1], "layers": [{"type": "relu"}, outer]})
    error = caught.value.errors()[0]["ctx"]["error"]

    assert error.path == ("layers", 1, "shortcut", 1)
    assert "layer 2: shortcut layer 2: max_pool2d: window 9" in str(error)


def test_weights_come_in_layer_order_and_states_apart():
    model = Model.model_validate(
        {
            "input_shape": [8, 8, 3],
            "layers": [WIDE, NORM, {"type": "flatten"}, {"type": "dense", "name": "d", "units": 2}],
        }
    )

    assert model.weight_shapes() == {
        "wide.kernel": (3, 3, 3, 8),
        "n.gamma": (8,),
        "n.beta": (8,),
        "d.kernel": (128, 2),
        "d.bias": (2,),
    }
    assert list(model.state_shapes()) == ["n.moving_mean", "n.moving_variance"]
    assert model.output_shape == (2,)


def test_names_must_be_unique_within_residuals_too():
    block = {"type": "residual", "layers": [NORM], "shortcut": [NORM]}

    with pytest.raises(ValidationError, match=r"repeated: n\.beta, n\.gamma"):
        Model.model_validate({"input_shape": [4], "layers": [block, NORM]})


@pytest.mark.parametrize(
    ("bad", "place"),
    [
        ({"type": "lstm"}, ()),
        ({"type": "residual", "layers": [{"type": "lstm"}]}, ("residual", "layers", 0)),
    ],
)
def test_a_kind_that_is_not_there_is_refused_where_it_stands(bad, place):
    with pytest.raises(ValidationError) as caught:
        Model.model_validate({"input_shape": [4], "layers": [bad]})

    assert caught.value.errors()[0]["loc"] == ("layers", 0, *place)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"type": "sgd"}, {"weight_decay": 0.0}),
        ({"type": "momentum", "weight_decay": 1e-4}, {"momentum": 0.9, "weight_decay": 1e-4}),
        ({"type": "adam"}, {"beta_1": 0.9, "beta_2": 0.999, "epsilon": 1e-7, "weight_decay": 0.0}),
    ],
)
def test_optimizers_and_what_they_are_where_nothing_is_said(fields, expected):
    found = TypeAdapter(Optimizer).validate_python(fields | {"learning_rate": 0.1})

    assert {name: getattr(found, name) for name in expected} == expected


@pytest.mark.parametrize(
    "fields",
    [
        {"type": "sgd", "learning_rate": 0},
        {"type": "sgd", "learning_rate": 0.1, "weight_decay": -1},
        {"type": "sgd", "learning_rate": 0.1, "momentum": 0.9},
        {"type": "momentum", "learning_rate": 0.1, "momentum": 1.0},
        {"type": "adam", "learning_rate": 0.1, "beta_1": 0.0},
        {"type": "rmsprop", "learning_rate": 0.1},
    ],
)
def test_optimizers_that_make_no_sense_are_refused(fields):
    with pytest.raises(ValidationError):
        TypeAdapter(Optimizer).validate_python(fields)
