"""What `compile`, `fit` and `predict` do unless told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from runners.harness.contender.network import Epoch
from runners.keras.contender import create
from tests.runners.contender_suite import THREADS, TRAINING
from tests.runners.suite_checks import ignore
from tests.runners.suite_models import LINEAR

if TYPE_CHECKING:
    from runners.keras.network import PublishedKerasNetwork

pytestmark = pytest.mark.environment

SAMPLES = 40


def build() -> PublishedKerasNetwork:
    from runners.keras.network import PublishedKerasNetwork

    contender = create()
    contender.configure("cpu", THREADS, seed=0)
    network = contender.build_published(LINEAR, TRAINING, seed=0)
    assert isinstance(network, PublishedKerasNetwork)
    return network


def epochs(network: PublishedKerasNetwork, count: int) -> list[list[int]]:
    """Return the samples of each epoch by number, in the order in which `fit` took them."""
    import tensorflow as tf

    taken: list[int] = []
    step = network._model.keras.train_step

    def noted(batch: tuple[tf.Tensor, tf.Tensor]) -> dict[str, Any]:
        tf.py_function(lambda firsts: taken.extend(map(int, firsts.numpy())), [batch[0][:, 0]], [])
        metrics: dict[str, Any] = step(batch)
        return metrics

    network._model.keras.train_step = noted
    inputs = np.repeat(np.arange(SAMPLES, dtype=np.float32)[:, None], 6, axis=1)
    for _ in range(count):
        network.train_epoch(Epoch(inputs, np.zeros(SAMPLES, np.int64), np.arange(0), 8, ignore))
    return [taken[start : start + SAMPLES] for start in range(0, len(taken), SAMPLES)]


def test_fit_shuffles_all_samples() -> None:
    (order,) = epochs(build(), 1)
    assert sorted(order) == list(range(SAMPLES))
    assert order != sorted(order)


def test_once_seeded_fit_shuffles_every_epoch_alike() -> None:
    """Keras draws the order within `tf.data`, whose seeded generators begin anew each time."""
    first, second, third = epochs(build(), 3)
    assert first == second == third


def test_unseeded_fit_would_shuffle_every_epoch_anew() -> None:
    """The seed is what makes the orders equal, not that each epoch here is a `fit` of its own."""
    import tensorflow as tf

    network = build()
    tf.random.set_seed(None)
    first, second = epochs(network, 2)
    assert first != second


def test_accuracy_is_keras_own_metric() -> None:
    inputs, labels = np.zeros((SAMPLES, 6), np.float32), np.zeros(SAMPLES, np.int64)
    metrics = build().train_epoch(Epoch(inputs, labels, np.arange(0), 8, ignore))
    assert metrics.accuracy == pytest.approx(1.0)


def test_nothing_is_compiled_with_xla_where_there_is_no_gpu() -> None:
    import tensorflow as tf

    has_gpu = bool(tf.config.list_physical_devices("GPU"))
    assert build()._model.keras.jit_compile is has_gpu
