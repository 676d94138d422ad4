"""How much of a network is gone through depends on what a step of it costs."""

import numpy as np
import pytest

from runners.harness.gate.plan import SAMPLES, choose_batch_size, plan_gate
from tests.runners.suite_models import (
    DROPPING,
    FLATTEN,
    LINEAR,
    NORMALISED,
    RESIDUAL,
    TRAINING,
    batch,
    batch_norm,
    conv,
    dense,
    network,
)


def plan(model, samples=SAMPLES):
    return plan_gate(model, TRAINING, batch(model, samples, "float32"))


def dear(*layers):
    """Return a network of which a batch may have two samples."""
    return network((40, 40, 64), conv("conv", 160, 3), *layers, FLATTEN, dense("logits", 2))


def batches_of(plan):
    return plan.trajectory._batches


def test_a_cheap_network_takes_four_steps_of_sixteen():
    found = plan(LINEAR)

    assert (found.batch_size, found.steps, found.is_dear) == (16, 4, False)
    assert [len(inputs) for inputs, _ in batches_of(found)] == [16] * 5


def test_a_dear_network_takes_one_step_in_a_small_batch():
    found = plan(dear(), samples=8)

    assert (found.batch_size, found.steps, found.is_dear) == (2, 1, True)
    assert [len(inputs) for inputs, _ in batches_of(found)] == [2, 2]


def test_a_dear_network_has_a_short_epoch():
    assert len(plan(dear(), samples=8).own.orders) == 1
    assert len(plan(LINEAR).own.orders) == 2


def test_a_batch_norm_has_at_least_eight_samples():
    assert choose_batch_size(dear()) == 2
    assert choose_batch_size(dear(batch_norm("norm"))) == 8


def test_a_dear_batch_norm_is_dear_all_the_same():
    assert plan(dear(batch_norm("norm")), samples=8).is_dear


def test_batches_are_the_samples_in_their_order():
    inputs, targets = batch(LINEAR, SAMPLES, "float32")

    for number, (some, their) in enumerate(
        batches_of(plan_gate(LINEAR, TRAINING, (inputs, targets)))
    ):
        rows = slice(16 * number, 16 * (number + 1))
        np.testing.assert_array_equal(some, inputs[rows])
        np.testing.assert_array_equal(their, targets[rows])


def test_few_samples_are_used_again():
    inputs, targets = batch(LINEAR, 7, "float32")

    first, _ = batches_of(plan_gate(LINEAR, TRAINING, (inputs, targets)))[0]

    np.testing.assert_array_equal(first, inputs[[*range(7), *range(7), 0, 1]])


def test_dropouts_are_left_out_of_networks():
    found = plan(DROPPING)

    kinds = {layer.type for model in (found.model, found.own.model) for layer in model.layers}
    assert kinds == {"dense"}
    assert [probe.label for probe in found.probes] == ["dense hidden", "dense logits"]


@pytest.mark.parametrize("model", [LINEAR, NORMALISED, RESIDUAL])
def test_what_the_reference_shows_is_worked_out_in_two_groups(model):
    def unknown():
        raise AssertionError("it is worked out")

    found = plan(model)
    expectations = found.work_out()

    assert expectations.get("network", unknown).keys() >= {"start", "logits", "gradients"}
    assert list(expectations.get("layers", unknown)) == [
        probe.label for probe in (*found.probes, *found.wide, found.loss)
    ]
