"""What a contender's layers and losses have to compute; inherited through `contender_suite`."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract.model import Model
from runners.harness.contender.contender import Contender
from tests.runners.suite_checks import (
    WithContender,
    check_first_step,
    check_steps,
    few_examples,
)
from tests.runners.suite_models import (
    LINEAR,
    NORMALISED,
    NORMALISED_FEATURES,
    REGRESSION,
    RESIDUAL,
    SMALL_CNN,
    SQUARED,
    TRAINING,
    Padding,
    batch,
    convolutions,
    flattened_images,
    measured_batch,
    perceptrons,
    pools,
    stirred_weights,
    strided,
)


class LayerTests(WithContender):
    """Each layer and loss by itself, then small networks of them."""

    @few_examples
    @given(model=convolutions(), samples=st.integers(1, 5))
    def test_convolution(self, contender: Contender, model: Model, samples: int) -> None:
        check_first_step(contender, model, batch(model, samples, "float64"))

    @pytest.mark.parametrize("length", [7, 8])
    @pytest.mark.parametrize("padding", ["valid", "same", 1])
    def test_convolution_at_stride_2(
        self, contender: Contender, length: int, padding: Padding
    ) -> None:
        model = strided(length, padding)
        check_first_step(contender, model, batch(model, 4, "float64"))

    @few_examples
    @given(model=pools(), samples=st.integers(1, 5))
    def test_max_pool_drops_a_ragged_edge(
        self, contender: Contender, model: Model, samples: int
    ) -> None:
        check_first_step(contender, model, batch(model, samples, "float64"))

    @few_examples
    @given(model=perceptrons(), samples=st.integers(1, 5))
    def test_dense(self, contender: Contender, model: Model, samples: int) -> None:
        check_first_step(contender, model, batch(model, samples, "float64"))

    @few_examples
    @given(model=flattened_images(), samples=st.integers(1, 5))
    def test_flatten_is_height_width_channels(
        self, contender: Contender, model: Model, samples: int
    ) -> None:
        check_first_step(contender, model, batch(model, samples, "float64"))

    @pytest.mark.parametrize("model", [SMALL_CNN, NORMALISED, NORMALISED_FEATURES, RESIDUAL])
    def test_small_network(self, contender: Contender, model: Model) -> None:
        check_first_step(contender, model, batch(model, 16, "float64"))

    def test_batch_norm_learns_and_moves_its_averages(self, contender: Contender) -> None:
        """After the steps it predicts by the moving averages, not by the batch's."""
        check_steps(contender, NORMALISED, TRAINING, batch)

    def test_batch_norm_in_training_leaves_evaluation_alone(self, contender: Contender) -> None:
        network = contender.build(NORMALISED, TRAINING, stirred_weights(NORMALISED), "float32")
        inputs, labels = batch(NORMALISED, 8, "float32")
        before = network.predict(inputs)
        network.gradients(inputs, labels)
        np.testing.assert_array_equal(network.predict(inputs), before)
        for name, value in network.weights().items():
            np.testing.assert_array_equal(value, stirred_weights(NORMALISED)[name], err_msg=name)

    def test_regression(self, contender: Contender) -> None:
        samples = measured_batch(REGRESSION, 16, "float64")
        check_first_step(contender, REGRESSION, samples, SQUARED)
        check_steps(contender, REGRESSION, SQUARED, measured_batch)

    def test_regression_of_several_outputs(self, contender: Contender) -> None:
        samples = measured_batch(LINEAR, 5, "float64")
        check_first_step(contender, LINEAR, samples, SQUARED)
