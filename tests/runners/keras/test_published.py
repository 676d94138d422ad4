"""What `compile`, `fit` and `predict` do unless told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from runners.harness.contender.network import Epoch, EpochMetrics
from runners.harness.errors import RunnerError
from runners.keras.contender import create
from tests.runners.contender_suite import THREADS, TRAINING
from tests.runners.suite_checks import ignore, train_published
from tests.runners.suite_models import LINEAR, batch

if TYPE_CHECKING:
    from collections.abc import Iterator

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


def orders(network: PublishedKerasNetwork, epochs: int) -> list[list[int]]:
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
    train_published(network, (inputs, np.zeros(SAMPLES, np.int64)), 8, epochs)
    return [taken[start : start + SAMPLES] for start in range(0, len(taken), SAMPLES)]


def test_fit_shuffles_all_samples() -> None:
    (order,) = orders(build(), 1)
    assert sorted(order) == list(range(SAMPLES))
    assert order != sorted(order)


def test_once_seeded_fit_shuffles_every_epoch_alike() -> None:
    """Keras draws the order within `tf.data`, whose seeded generators begin anew each time."""
    first, second, third = orders(build(), 3)
    assert first == second == third


def test_unseeded_fit_would_shuffle_every_epoch_anew() -> None:
    """The seed is what makes the orders equal, not that the network is evaluated between epochs."""
    import tensorflow as tf

    network = build()
    tf.random.set_seed(None)
    first, second = orders(network, 2)
    assert first != second


def test_fit_is_called_once_for_all_epochs(monkeypatch: pytest.MonkeyPatch) -> None:
    network, asked = build(), []
    fit = network._model.keras.fit

    def noted(*arguments: Any, **options: Any) -> Any:
        asked.append(options["epochs"])
        return fit(*arguments, **options)

    monkeypatch.setattr(network._model.keras, "fit", noted)
    assert len(train_published(network, batch(LINEAR, SAMPLES, "float32"), 8, epochs=3)) == 3
    assert asked == [3]


def test_one_fit_of_some_epochs_learns_what_a_fit_for_each_would() -> None:
    """Calls cost time, and change nothing else; nor does a prediction between two epochs."""
    samples = batch(LINEAR, SAMPLES, "float32")
    once, often = build(), build()
    reported: list[EpochMetrics] = []

    def epochs() -> Iterator[Epoch]:
        for _ in range(3):
            yield Epoch(*samples, np.arange(0), 8, ignore)
            once.predict(samples[0])

    once.train(epochs(), 3, reported.append)
    assert reported == [
        often.train_epoch(Epoch(*samples, np.arange(0), 8, ignore)) for _ in range(3)
    ]
    for name, value in often.weights().items():
        np.testing.assert_array_equal(once.weights()[name], value, err_msg=name)


def test_an_error_between_two_epochs_ends_fit() -> None:
    inputs, labels = batch(LINEAR, SAMPLES, "float32")
    reported: list[EpochMetrics] = []

    def epochs() -> Iterator[Epoch]:
        yield Epoch(inputs, labels, np.arange(0), 8, ignore)
        raise RunnerError("training diverged", "lower the rate")

    with pytest.raises(RunnerError, match="training diverged"):
        build().train(epochs(), 3, reported.append)
    assert len(reported) == 1


def test_the_last_epoch_ends_when_fit_returns(monkeypatch: pytest.MonkeyPatch) -> None:
    """What `fit` does at its end is training time too, as for who times the call."""
    network = build()
    happened = []
    fit = network._model.keras.fit

    def noted(*arguments: Any, **options: Any) -> Any:
        history = fit(*arguments, **options)
        happened.append("fit returns")
        return history

    def epochs() -> Iterator[Epoch]:
        for number in (1, 2):
            yield Epoch(*batch(LINEAR, SAMPLES, "float32"), np.arange(0), 8, ignore)
            happened.append(f"epoch {number} ends")

    monkeypatch.setattr(network._model.keras, "fit", noted)
    network.train(epochs(), 2, lambda _metrics: None)
    assert happened == ["epoch 1 ends", "fit returns", "epoch 2 ends"]


def test_every_epoch_tells_its_own_progress() -> None:
    samples = batch(LINEAR, 20, "float32")
    told: list[list[int]] = [[], []]
    epochs = (Epoch(*samples, np.arange(0), 8, done.append) for done in told)
    build().train(epochs, 2, lambda _metrics: None)
    assert told == [[8, 16, 20], [8, 16, 20]]


def test_accuracy_is_keras_own_metric() -> None:
    inputs, labels = np.zeros((SAMPLES, 6), np.float32), np.zeros(SAMPLES, np.int64)
    metrics = build().train_epoch(Epoch(inputs, labels, np.arange(0), 8, ignore))
    assert metrics.accuracy == pytest.approx(1.0)


def test_nothing_is_compiled_with_xla_where_there_is_no_gpu() -> None:
    import tensorflow as tf

    has_gpu = bool(tf.config.list_physical_devices("GPU"))
    assert build()._model.keras.jit_compile is has_gpu
