"""Dropouts are looked at where they stand in a network, too: one of several may be wrong."""

import pytest

from runners.harness.gate.dropout_sites import check_sites, dropout_sites
from runners.harness.reference.layers import base
from runners.harness.reference.network import Reference
from tests.runners.harness.numpy_contender import NumpyContender
from tests.runners.suite_models import (
    FLATTEN,
    RELU,
    TRAINING,
    batch_norm,
    conv,
    dense,
    network,
    pool,
)


def drop(rate):
    return {"type": "dropout", "rate": rate}


PLAIN = network(
    (8, 8, 2),
    conv("first", 4, 3),
    RELU,
    drop(0.25),
    conv("second", 4, 3),
    RELU,
    pool(2),
    FLATTEN,
    drop(0.5),
    dense("hidden", 24),
    RELU,
    drop(0.1),
    dense("logits", 3),
)
NORMED = network(
    (8, 8, 2),
    conv("first", 4, 3),
    batch_norm("norm1"),
    RELU,
    drop(0.3),
    {"type": "residual", "layers": [conv("second", 4, 3, padding="same"), RELU]},
    FLATTEN,
    dense("hidden", 8),
    batch_norm("norm2"),
    RELU,
    drop(0.5),
    dense("logits", 3),
)


def faults(kind, model):
    found = check_sites(NumpyContender(kind=kind), model, TRAINING)
    return {distance.where: distance.cause for distance in found if not distance.is_kept}


def dropping_otherwise(monkeypatch, rate, other):
    """Return a class of networks whose dropouts of a rate have another, or do nothing."""
    computed = base.forward

    def forward(layer, inputs, run):
        if layer.type == "dropout" and layer.rate == rate:
            if other is None:
                return inputs, lambda grad: (grad, {})
            layer = layer.model_copy(update={"rate": other})
        return computed(layer, inputs, run)

    class Other(Reference):
        def _forward(self, inputs, *, training):
            with monkeypatch.context() as patch:
                patch.setattr(base, "forward", forward)
                return super()._forward(inputs, training=training)

    return Other


def test_sites_are_the_layers_that_a_dropout_stands_before():
    def before(model):
        return {site.name: round(site.kept, 3) for site in dropout_sites(model) if site.kept < 1}

    assert before(PLAIN) == {"second": 0.75, "hidden": 0.5, "logits": 0.9}
    assert before(NORMED) == {"second": 0.7, "hidden": 0.7, "logits": 0.5}


@pytest.mark.parametrize("model", [PLAIN, NORMED])
def test_right_dropouts_pass(model):
    assert faults(Reference, model) == {}


@pytest.mark.parametrize(
    ("model", "rate", "name"),
    [
        (PLAIN, 0.25, "second"),
        (PLAIN, 0.5, "hidden"),
        (PLAIN, 0.1, "logits"),
        (NORMED, 0.3, "second"),
        (NORMED, 0.5, "logits"),
    ],
)
def test_one_of_several_that_does_nothing_is_named(monkeypatch, model, rate, name):
    found = faults(dropping_otherwise(monkeypatch, rate, None), model)

    assert f"dropout before {name}" in found


def test_one_of_several_with_another_rate_is_named(monkeypatch):
    found = faults(dropping_otherwise(monkeypatch, 0.1, 0.3), PLAIN)

    assert found == {"dropout before logits": "it drops another share of the values there"}
