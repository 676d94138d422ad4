"""What a layer does in batches of the study's size only is seen, in training and in a step."""

import numpy as np
import pytest

from runners.harness.gate import plan as plan_module
from runners.harness.gate.layers import check_layers
from runners.harness.gate.loop import small_loop
from runners.harness.gate.plan import plan_gate
from runners.harness.gate.wide_layers import wide_probes
from runners.harness.reference.layers import base
from runners.harness.reference.network import Reference
from tests.runners.harness.numpy_contender import NumpyContender
from tests.runners.suite_models import (
    FLATTEN,
    RELU,
    TRAINING,
    batch,
    batch_norm,
    conv,
    dense,
    network,
    pool,
)

SIZE = 24
IN_BATCHES = TRAINING.model_copy(update={"batch_size": SIZE})
IMAGES = network(
    (10, 9, 3),
    conv("first", 12, 3, padding="same"),
    RELU,
    pool(2),
    conv("second", 16, 3, padding="same"),
    batch_norm("norm"),
    RELU,
    {
        "type": "residual",
        "layers": [conv("down", 8, 3, stride=2, padding=1), batch_norm("within"), RELU],
        "shortcut": [conv("shortcut", 8, 1, stride=2)],
    },
    {"type": "global_avg_pool2d"},
    RELU,
    dense("logits", 3),
)
LABELS = [
    f"{layer} in batches of {SIZE}"
    for layer in (
        "conv2d first",
        "relu after first",
        "max_pool2d after first",
        "residual down",
        "global_avg_pool2d after shortcut",
        "relu after shortcut",
    )
]


def probes(model=IMAGES):
    return list(wide_probes(model, small_loop(model, IN_BATCHES).model, SIZE))


def look(kind, model=IMAGES):
    return check_layers(NumpyContender(kind=kind), probes(model), {})


def only(kind, change, monkeypatch):
    """Return a class of networks in which a kind of layer gives changed outputs in training."""
    computed = base.forward

    def forward(layer, inputs, run):
        outputs, backward = computed(layer, inputs, run)
        is_changed = layer.type == kind and run.training
        return (change(inputs, outputs) if is_changed else outputs), backward

    class Changed(Reference):
        def _forward(self, inputs, *, training):
            with monkeypatch.context() as patch:
                patch.setattr(base, "forward", forward)
                return super()._forward(inputs, training=training)

    return Changed


def test_each_sort_of_layer_that_the_small_network_lacks_is_looked_at_once():
    assert [probe.label for probe in probes()] == LABELS


def test_batches_have_the_studys_size_and_next_to_nothing_else():
    for probe in probes():
        assert len(probe.inputs) == probe.training.batch_size == SIZE
        assert probe.inputs[0].size <= 64


def test_a_layer_that_needs_a_larger_image_has_one():
    (probe,) = probes(network((28, 28, 1), conv("wide", 6, 7, stride=2), FLATTEN, dense("d", 2)))

    assert probe.inputs.shape[1:] == (8, 8, 1)


def test_the_reference_in_float32_passes_without_excuse():
    check = look(Reference)

    assert check.passed
    assert check.kind == "layers"
    assert check.floor is None


@pytest.mark.parametrize(
    ("kind", "label"),
    [
        ("conv2d", LABELS[0]),
        ("relu", LABELS[1]),
        ("max_pool2d", LABELS[2]),
        ("residual", LABELS[3]),
    ],
)
def test_outputs_that_differ_in_large_batches_in_training_are_seen(kind, label, monkeypatch):
    def change(inputs, outputs):
        return outputs * 1.01 if len(inputs) > 16 else outputs

    check = look(only(kind, change, monkeypatch))

    assert not check.passed
    assert label in check.worst


def test_a_relu_that_leaks_in_batches_of_the_studys_size_alone_is_seen(monkeypatch):
    def leak(inputs, outputs):
        return outputs + 0.1 * np.minimum(inputs, 0) if len(inputs) == SIZE else outputs

    assert not look(only("relu", leak, monkeypatch)).passed


@pytest.mark.parametrize("part", ["loss", "update"])
def test_a_step_that_differs_from_the_gradients_is_seen(part):
    class Stepping(Reference):
        def train_step(self, inputs, targets):
            loss = super().train_step(inputs, targets)
            if part == "loss":
                return loss * 1.001
            changed = {name: self._weights[name] * 1.001 for name in self._model.weight_shapes()}
            self._weights |= changed
            return loss

    assert part in look(Stepping).worst


def test_the_plan_has_them_where_the_whole_network_is_too_dear(monkeypatch):
    monkeypatch.setattr(plan_module, "wide_networks", lambda *_: ())
    plan = plan_gate(IMAGES, IN_BATCHES, batch(IMAGES, 100, "float32"))

    assert [probe.label for probe in plan.wide] == LABELS
