"""A Velox network's memory, threads and batches; what it computes is in `test_contender`."""

from __future__ import annotations

import time
from collections.abc import Iterator

import numpy as np
import psutil
import pytest

from contract.model import Adam, Conv2D, Dense, Flatten, MaxPool2D, Model, ReLU, Training
from runners.harness.contender import FloatArray, IntArray, Network, RunnerError
from runners.harness.reference import Reference
from runners.harness.weights import canonical_weights
from runners.velox.contender import VeloxContender

pytestmark = pytest.mark.environment

MODEL = Model(
    input_shape=(28, 28, 1),
    layers=(
        Conv2D(type="conv2d", name="conv1", filters=32, kernel_size=3),
        ReLU(type="relu"),
        MaxPool2D(type="max_pool2d", pool_size=2),
        Conv2D(type="conv2d", name="conv2", filters=64, kernel_size=3),
        ReLU(type="relu"),
        MaxPool2D(type="max_pool2d", pool_size=2),
        Flatten(type="flatten"),
        Dense(type="dense", name="dense1", units=128),
        ReLU(type="relu"),
        Dense(type="dense", name="dense2", units=10),
    ),
)
TRAINING = Training(
    loss="softmax_cross_entropy",
    optimizer=Adam(type="adam", learning_rate=0.001),
    batch_size=16,
)


@pytest.fixture
def network(contender: VeloxContender) -> Iterator[Network]:
    """A fresh network of study S2."""
    network = contender.build(MODEL, TRAINING, canonical_weights(MODEL, 0), "float32")
    yield network
    network.close()


def test_memory_does_not_grow_with_the_steps(network: Network) -> None:
    """A step's tensors are 20 MB, its weights and their state 2.7 MB: none may stay."""
    inputs, labels = samples(16)
    for _ in range(50):
        network.train_step(inputs, labels)
    before = resident_bytes()
    for _ in range(1000):
        network.train_step(inputs, labels)
    assert resident_bytes() - before < 5e6


def test_memory_of_a_closed_network_is_given_back(contender: VeloxContender) -> None:
    """Velox keeps what is converted for ever; so it is given addresses, and no ownership."""
    inputs, labels = samples(64)
    grown = []
    for _ in range(12):
        network = contender.build(MODEL, TRAINING, canonical_weights(MODEL, 0), "float32")
        network.train_step(inputs, labels)
        network.close()
        del network
        grown.append(resident_bytes())
    assert grown[-1] - grown[3] < 5e6


def test_prediction_needs_bounded_memory(network: Network) -> None:
    """3000 images at once would need 520 MB for the first convolution and its ReLU."""
    inputs, _ = samples(3000)
    network.predict(inputs[:100])
    before = resident_bytes()
    network.predict(inputs)
    assert resident_bytes() - before < 40e6


@pytest.mark.parametrize("count", [0, 1, 47, 48, 49, 100, 131])
def test_prediction_of_any_number(network: Network, count: int) -> None:
    """However the images are cut into batches, each has its own logits."""
    inputs, _ = samples(count)
    logits = network.predict(inputs)
    assert logits.shape == (count, 10)
    if count:
        expected = Reference(MODEL, TRAINING, canonical_weights(MODEL, 0)).predict(inputs)
        assert np.abs(logits - expected).max() < 1e-6


def test_accuracy_is_counted_in_the_plan(network: Network) -> None:
    """30 samples by 8 end in a batch of 6; the count is over all of them."""
    inputs, labels = samples(30)
    reference = Reference(MODEL, TRAINING, canonical_weights(MODEL, 0))
    arguments = (inputs, labels, np.arange(30), 8, lambda _done: None)
    found, expected = network.train_epoch(*arguments), reference.train_epoch(*arguments)
    assert found.accuracy == expected.accuracy
    assert found.loss == pytest.approx(expected.loss, rel=1e-5)


@pytest.mark.parametrize("threads", [1, 2])
def test_threads_are_as_many_as_asked(contender: VeloxContender, threads: int) -> None:
    """The pool counts itself, and no more than so many CPUs' time is used."""
    contender.configure("cpu", threads, seed=0)
    try:
        assert contender.thread_pools()["ml_functions"] == threads
        network = contender.build(MODEL, TRAINING, canonical_weights(MODEL, 0), "float32")
        assert cpus_used_by(network) < threads + 0.3
    finally:
        contender.configure("cpu", 2, seed=0)


def test_double_precision_is_refused(contender: VeloxContender) -> None:
    with pytest.raises(RunnerError, match="oneDNN"):
        contender.build(MODEL, TRAINING, canonical_weights(MODEL, 0), "float64")


def samples(count: int) -> tuple[FloatArray, IntArray]:
    """Return random images and labels."""
    generator = np.random.default_rng(count)
    inputs = generator.random((count, *MODEL.input_shape), np.float32)
    return inputs, generator.integers(0, 10, count)


def resident_bytes() -> int:
    """Return what this process holds in memory."""
    return int(psutil.Process().memory_info().rss)


def cpus_used_by(network: Network) -> float:
    """Return CPU time over wall time of 50 training steps."""
    inputs, labels = samples(64)
    network.train_step(inputs, labels)
    cpu, wall = time.process_time(), time.perf_counter()
    for _ in range(50):
        network.train_step(inputs, labels)
    return (time.process_time() - cpu) / (time.perf_counter() - wall)
