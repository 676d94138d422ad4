"""Each layer is held against the reference by itself, and the first that differs is named."""

import numpy as np
import pytest

from runners.harness.gate.layers import check_layers, layer_probes
from runners.harness.reference.layers import base
from runners.harness.reference.network import Reference
from tests.runners.harness.numpy_contender import NumpyContender, wrong_gradient, wrong_layer
from tests.runners.suite_models import FLATTEN, RELU, batch_norm, conv, dense, network, pool

MODEL = network(
    (8, 8, 2),
    conv("stem", 4, 3, padding="same"),
    batch_norm("norm"),
    RELU,
    {"type": "residual", "layers": [conv("inner", 4, 3, padding="same"), RELU]},
    conv("again", 4, 3, padding="same"),
    pool(2),
    {"type": "global_avg_pool2d"},
    dense("logits", 3),
)
LABELS = [
    "conv2d stem",
    "batch_norm norm",
    "relu after norm",
    "conv2d inner",
    "relu after inner",
    "residual inner",
    "conv2d again",
    "max_pool2d after again",
    "global_avg_pool2d after again",
    "dense logits",
]
"""Of all its layers, those within the residual before it."""
NAMED = [
    ("conv2d", "conv2d stem"),
    ("batch_norm", "batch_norm norm"),
    ("relu", "relu after norm"),
    ("residual", "residual inner"),
    ("max_pool2d", "max_pool2d after again"),
    ("global_avg_pool2d", "global_avg_pool2d after again"),
    ("dense", "dense logits"),
]


def look(contender, model=MODEL, *, repeated=False, expected=None):
    return check_layers(contender, layer_probes(model, repeated=repeated), expected or {})


def labels(model, *, repeated):
    return [probe.label for probe in layer_probes(model, repeated=repeated)]


def test_every_layer_has_a_name_for_people():
    assert labels(MODEL, repeated=True) == LABELS


def test_layers_that_differ_by_name_alone_are_looked_at_once():
    repeated = {"relu after inner", "conv2d again"}

    assert labels(MODEL, repeated=False) == [name for name in LABELS if name not in repeated]


def test_the_same_layer_on_another_shape_is_looked_at_too():
    model = network((8, 8, 2), RELU, pool(2), RELU, FLATTEN, RELU)

    assert labels(model, repeated=False) == [
        "relu after the input",
        "max_pool2d after the input",
        "relu after the input (2)",
        "flatten after the input",
        "relu after the input (3)",
    ]


def test_the_reference_in_float32_passes_without_excuse():
    check = look(NumpyContender(), repeated=True)

    assert check.passed
    assert check.kind == "layers"
    assert check.floor is None
    assert 0 < check.error < check.tolerance


@pytest.mark.parametrize(("kind", "label"), NAMED)
def test_a_layer_whose_outputs_are_off_is_named(kind, label):
    wrong = wrong_layer(lambda layer: layer.type == kind, outputs=1 + 1e-3)

    check = look(NumpyContender(kind=wrong))

    assert not check.passed
    assert label in check.worst


@pytest.mark.parametrize(("kind", "label"), NAMED)
def test_a_layer_whose_gradient_is_off_is_named(kind, label):
    wrong = wrong_layer(lambda layer: layer.type == kind, gradient=1 + 1e-4)

    check = look(NumpyContender(kind=wrong))

    assert not check.passed
    assert check.worst == f"gradient of {label} with respect to its input"
    assert check.error == pytest.approx(1e-4, rel=0.1)


def test_a_relu_that_is_capped_is_seen(monkeypatch):
    computed = base.forward

    def forward(layer, inputs, run):
        outputs, backward = computed(layer, inputs, run)
        return (np.minimum(outputs, 6) if layer.type == "relu" else outputs), backward

    class Capped(Reference):
        def _forward(self, inputs, *, training):
            with monkeypatch.context() as patch:
                patch.setattr(base, "forward", forward)
                return super()._forward(inputs, training=training)

    check = look(NumpyContender(kind=Capped))

    assert not check.passed
    assert check.worst == "outputs of relu after norm"


def test_a_flatten_in_another_order_is_seen():
    class ByChannel(Reference):
        """Flattens channel by channel; kernels behind it are as they were."""

        def _forward(self, inputs, *, training):
            return super()._forward(np.swapaxes(inputs, 1, 3), training=training)

    model = network((4, 4, 4), FLATTEN, dense("logits", 3))

    assert not look(NumpyContender(kind=ByChannel), model).passed


@pytest.mark.parametrize("name", ["inner.kernel", "inner.bias", "norm.gamma", "logits.bias"])
def test_a_wrong_gradient_of_a_weight_is_named(name):
    def change(gradients):
        return {name: gradients[name] * (1 + 1e-3)} if name in gradients else {}

    check = look(NumpyContender(kind=wrong_gradient(change)))

    assert not check.passed
    assert check.worst.endswith(f"with respect to {name}")


@pytest.mark.parametrize("name", ["norm.moving_mean", "norm.moving_variance"])
def test_a_wrong_moving_average_is_named(name):
    class Slower(Reference):
        def weights(self):
            found = super().weights()
            return found | {name: found[name] * 1.001} if name in found else found

    check = look(NumpyContender(kind=Slower))

    assert check.worst == f"update of {name}"


def test_the_first_of_several_wrong_layers_is_named():
    wrong = wrong_layer(lambda layer: layer.type in ("relu", "dense"), outputs=1.5)

    assert "relu after norm" in look(NumpyContender(kind=wrong)).worst


def test_a_repeated_layer_is_named_where_all_are_looked_at():
    wrong = wrong_layer(lambda layer: getattr(layer, "name", "") == "again", outputs=1.01)
    contender = NumpyContender(kind=wrong)

    assert look(contender).passed
    assert "conv2d again" in look(contender, repeated=True).worst


def test_a_layer_within_a_residual_is_named_before_the_residual():
    wrong = wrong_layer(lambda layer: getattr(layer, "name", "") == "inner", outputs=1.01)

    assert "conv2d inner" in look(NumpyContender(kind=wrong)).worst


def test_what_is_known_of_the_reference_is_not_worked_out_again(monkeypatch):
    probes = list(layer_probes(MODEL, repeated=False))
    expected = {probe.label: probe.expect() for probe in probes}
    monkeypatch.setattr(type(probes[0]), "expect", lambda *_: pytest.fail("it is known"))

    assert look(NumpyContender(), expected=expected).passed


def test_every_network_of_a_probe_is_closed():
    open_ones = []

    class Closing(Reference):
        def __init__(self, *of):
            super().__init__(*of)
            open_ones.append(self)

        def close(self):
            open_ones.remove(self)

    look(NumpyContender(kind=Closing))

    assert open_ones == []
