"""How a contender has to predict many rows; inherited through `contender_suite`."""

import numpy as np
import pytest

from contract.base import Precision
from contract.model import Model
from runners.harness.contender.contender import Contender
from runners.harness.contender.network import Network
from runners.harness.reference.network import Reference
from tests.runners.suite_checks import WEIGHT_TOLERANCES, WithContender, assert_outputs
from tests.runners.suite_models import NORMALISED, SMALL_CNN, TRAINING, batch, stirred_weights


def build_both(
    contender: Contender, model: Model, precision: Precision
) -> tuple[Network, Reference]:
    """Return a network and its reference."""
    weights = stirred_weights(model)
    return (
        contender.build(model, TRAINING, weights, precision),
        Reference(model, TRAINING, weights),
    )


class PredictionTests(WithContender):
    """More rows than a training's batch has: here is what may be cut, cached, or kept."""

    @pytest.mark.parametrize("rows", [100, 1000])
    @pytest.mark.parametrize("model", [SMALL_CNN, NORMALISED], ids=["cnn", "batch_norm"])
    def test_many_rows_are_predicted_like_few(
        self, contender: Contender, model: Model, rows: int
    ) -> None:
        for precision in contender.precisions:
            network, reference = build_both(contender, model, precision)
            inputs, _ = batch(model, rows, precision)
            outputs = network.predict(inputs)
            assert_outputs(outputs, reference.predict(inputs), precision)
            for row in range(0, rows, rows // 10):
                ten = slice(row, row + 10)
                assert_outputs(outputs[ten], network.predict(inputs[ten]), precision)
            network.close()

    def test_an_array_that_was_refilled_is_predicted_anew(self, contender: Contender) -> None:
        for precision in contender.precisions:
            network, reference = build_both(contender, SMALL_CNN, precision)
            inputs, _ = batch(SMALL_CNN, 100, precision)
            network.predict(inputs)
            inputs[...], _ = batch(SMALL_CNN, 100, precision, seed=1)
            assert_outputs(network.predict(inputs), reference.predict(inputs), precision)
            network.close()

    def test_outputs_are_the_callers(self, contender: Contender) -> None:
        """The next prediction does not write into them."""
        network, reference = build_both(contender, SMALL_CNN, "float32")
        inputs, _ = batch(SMALL_CNN, 100, "float32")
        outputs = network.predict(inputs)
        network.predict(batch(SMALL_CNN, 100, "float32", seed=1)[0])
        assert_outputs(outputs, reference.predict(inputs), "float32")
        network.close()

    def test_after_a_step_it_predicts_by_the_new_weights(self, contender: Contender) -> None:
        for precision in contender.precisions:
            network, reference = build_both(contender, NORMALISED, precision)
            inputs, labels = batch(NORMALISED, 100, precision)
            network.predict(inputs)
            network.train_step(inputs[:8], labels[:8])
            reference.train_step(inputs[:8], labels[:8])
            tolerance = WEIGHT_TOLERANCES[precision]
            expected = reference.predict(inputs)
            np.testing.assert_allclose(network.predict(inputs), expected, tolerance, tolerance)
            network.close()
