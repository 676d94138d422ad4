"""What TensorFlow and Keras' layers and optimizers do unless told."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from contract.training import Adam, Optimizer
from runners.harness.contender.network import Epoch, Weights
from runners.tensorflow.contender import create
from tests.runners.contender_suite import SMALL_CNN, THREADS, TRAINING, batch
from tests.runners.suite_checks import ignore
from tests.runners.suite_models import LINEAR

if TYPE_CHECKING:
    from runners.tensorflow.network import PublishedTensorFlowNetwork

pytestmark = pytest.mark.environment

ADAM = Adam(type="adam", learning_rate=1e-2)


def build(optimizer: Optimizer = ADAM) -> PublishedTensorFlowNetwork:
    from runners.tensorflow.network import PublishedTensorFlowNetwork

    contender = create()
    contender.configure("cpu", THREADS, seed=0)
    training = TRAINING.model_copy(update={"optimizer": optimizer})
    network = contender.build_published(SMALL_CNN, training, seed=0)
    assert isinstance(network, PublishedTensorFlowNetwork)
    return network


def numbers_in_order(network: PublishedTensorFlowNetwork, numbers: np.ndarray) -> list[int]:
    samples = network._samples(Epoch(numbers, numbers, np.arange(0), 8, ignore))
    return [int(number) for number, _ in samples.as_numpy_iterator()]


def test_shuffling_reaches_no_further_than_its_buffer() -> None:
    order = numbers_in_order(build(), np.arange(3000))
    assert sorted(order) == list(range(3000))
    assert all(number < place + 1000 for place, number in enumerate(order))


def test_every_epoch_has_an_order_of_its_own() -> None:
    network, numbers = build(), np.arange(50)
    first, second = (numbers_in_order(network, numbers) for _ in range(2))
    assert first != second


def test_another_array_is_another_epoch() -> None:
    network = build()
    numbers_in_order(network, np.arange(5))
    assert sorted(numbers_in_order(network, np.arange(9))) == list(range(9))


def test_a_ragged_batch_is_traced_anew() -> None:
    network = build()
    network.train_epoch(Epoch(*batch(SMALL_CNN, 29, "float32"), np.arange(0), 8, ignore))
    assert network._step.experimental_get_tracing_count() == 2


def test_a_seed_settles_a_whole_epoch() -> None:
    def trained() -> Weights:
        network = build()
        network.train_epoch(Epoch(*batch(SMALL_CNN, 64, "float32"), np.arange(0), 8, ignore))
        return network.weights()

    first, second = trained(), trained()
    for name, value in first.items():
        np.testing.assert_array_equal(second[name], value, err_msg=name)


def test_weight_decay_is_decoupled() -> None:
    """A weight that no gradient reaches shrinks by the rate times the decay, whatever Adam does.

    The inputs are 0, and so are the gradients with respect to the kernel.
    """
    training = TRAINING.model_copy(
        update={"optimizer": ADAM.model_copy(update={"weight_decay": 0.1})}
    )
    contender = create()
    contender.configure("cpu", THREADS, seed=0)
    network = contender.build_published(LINEAR, training, seed=0)
    before = network.weights()["logits.kernel"]
    network.train_step(np.zeros((8, 6), np.float32), np.zeros(8, np.int64))
    after = network.weights()["logits.kernel"]
    np.testing.assert_allclose(after, before * (1 - 1e-2 * 0.1), rtol=1e-6)


def test_adam_has_keras_numbers_whatever_the_studys() -> None:
    strange = ADAM.model_copy(update={"beta_1": 0.5, "beta_2": 0.6, "epsilon": 0.1})
    optimizer = build(strange)._optimizer
    assert (optimizer.beta_1, optimizer.beta_2, optimizer.epsilon) == (0.9, 0.999, 1e-7)
    assert float(optimizer.learning_rate) == pytest.approx(1e-2)
