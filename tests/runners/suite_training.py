"""How a contender's networks have to learn; inherited through `contender_suite`."""

from typing import ClassVar

import numpy as np
import pytest
from hypothesis import given

from contract.model import Model
from contract.training import Defect, Optimizer
from runners.harness.contender.contender import Contender
from runners.harness.contender.network import Epoch
from runners.harness.contender.weights import canonical_weights, weight_names
from runners.harness.errors import RunnerError
from runners.harness.gate.gate import verify
from runners.harness.gate.plan import SAMPLES
from tests.runners.suite_checks import (
    WithContender,
    build_small,
    check_gate,
    check_steps,
    few_examples,
    ignore,
)
from tests.runners.suite_models import (
    DECAYING,
    LINEAR,
    NORMALISED,
    REGRESSION,
    RESIDUAL,
    SMALL_CNN,
    SQUARED,
    TRAINING,
    batch,
    measured_batch,
    optimizers,
    stirred_weights,
)


class TrainingTests(WithContender):
    """Optimizers, steps, epochs, and the weights that come of them."""

    admits_defects: ClassVar[tuple[Defect, ...]] = ()
    """The mistakes that the framework lets its users make; it makes them when told to."""

    @few_examples
    @given(optimizer=optimizers())
    def test_optimizer_takes_the_references_steps(
        self, contender: Contender, optimizer: Optimizer
    ) -> None:
        """On a linear model, which has no kinks that rounding could fall on either side of."""
        training = TRAINING.model_copy(update={"optimizer": optimizer})
        check_steps(contender, LINEAR, training, batch)

    @pytest.mark.parametrize("optimizer", DECAYING, ids=lambda optimizer: str(optimizer.type))
    def test_weight_decay_pulls_at_every_weight(
        self, contender: Contender, optimizer: Optimizer
    ) -> None:
        """γ and β of the batch norms included."""
        training = TRAINING.model_copy(update={"optimizer": optimizer})
        check_steps(contender, NORMALISED, training, batch)

    def test_passes_the_gate(self, contender: Contender) -> None:
        check_gate(contender)

    @pytest.mark.parametrize("model", [SMALL_CNN, NORMALISED, RESIDUAL])
    def test_weights_come_back_as_they_went_in(self, contender: Contender, model: Model) -> None:
        for precision in contender.precisions:
            given_weights = {
                name: value.astype(precision) for name, value in stirred_weights(model).items()
            }
            returned = contender.build(model, TRAINING, given_weights, precision).weights()
            assert tuple(returned) == weight_names(model)
            for name, value in returned.items():
                assert value.dtype == precision
                np.testing.assert_array_equal(value, given_weights[name], err_msg=name)

    def test_weights_are_copies(self, contender: Contender) -> None:
        inputs, labels = batch(NORMALISED, 8, "float32")
        given_weights = stirred_weights(NORMALISED)
        network = contender.build(NORMALISED, TRAINING, given_weights, "float32")
        before = network.weights()
        network.train_step(inputs, labels)
        for name, value in before.items():
            np.testing.assert_array_equal(value, stirred_weights(NORMALISED)[name], err_msg=name)
            np.testing.assert_array_equal(given_weights[name], value, err_msg=name)
            value[...] = 0
        assert all(np.any(value) for value in network.weights().values())

    def test_gradients_change_nothing(self, contender: Contender) -> None:
        inputs, labels = batch(SMALL_CNN, 8, "float32")
        network = build_small(contender)
        loss, first = network.gradients(inputs, labels)
        again, second = network.gradients(inputs, labels)
        assert loss == again
        for name, value in network.weights().items():
            np.testing.assert_array_equal(first[name], second[name], err_msg=name)
            np.testing.assert_array_equal(
                value, canonical_weights(SMALL_CNN, seed=0)[name], err_msg=name
            )

    def test_networks_keep_apart(self, contender: Contender) -> None:
        """The gate builds several networks in one process; none may move another."""
        inputs, labels = batch(SMALL_CNN, 8, "float32")
        still, moving = build_small(contender), build_small(contender)
        expected = still.predict(inputs)
        moving.train_step(inputs, labels)
        np.testing.assert_array_equal(still.predict(inputs), expected)

    def test_same_job_gives_the_same_bits(self, contender: Contender) -> None:
        inputs, labels = batch(SMALL_CNN, 64, "float32")
        order = np.arange(64)
        first, second = build_small(contender), build_small(contender)
        for network in (first, second):
            network.train_epoch(Epoch(inputs, labels, order, 16, ignore))
        for name, value in first.weights().items():
            np.testing.assert_array_equal(second.weights()[name], value, err_msg=name)

    def test_a_defect_is_made_and_caught_or_refused(self, contender: Contender) -> None:
        training = SQUARED.model_copy(update={"defect": "broadcast_targets"})
        if "broadcast_targets" in self.admits_defects:
            samples = measured_batch(REGRESSION, SAMPLES, "float32")
            assert not verify(contender, REGRESSION, training, samples, ignore).passed
        else:
            weights = canonical_weights(REGRESSION, seed=0)
            with pytest.raises(RunnerError) as refusal:
                contender.build(REGRESSION, training, weights, "float32")
            assert refusal.value.remedy
