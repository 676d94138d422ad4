"""A Velox network's memory, threads and batches; what it computes is in `test_contender`."""

import time
from collections.abc import Iterator

import numpy as np
import psutil
import pytest

from contract.layers.conv2d import Conv2D
from contract.layers.dense import Dense
from contract.layers.dropout import Dropout
from contract.layers.flatten import Flatten
from contract.layers.max_pool2d import MaxPool2D
from contract.layers.relu import ReLU
from contract.model import Model
from contract.training import SGD, Adam, Training
from runners.harness.contender.network import Epoch, FloatArray, IntArray, Network
from runners.harness.contender.weights import canonical_weights
from runners.harness.errors import RunnerError
from runners.harness.reference.network import Reference
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
DROPPING = Model(
    input_shape=(64,),
    layers=(Dropout(type="dropout", rate=0.5), Dense(type="dense", name="logits", units=3)),
)
STILL = SGD(type="sgd", learning_rate=1e-30)


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
    """Velox keeps what is converted for ever; so it is given addresses, and no ownership.

    The weights' memory goes back to the kernel now at once, now later; hence the peaks.
    """
    inputs, labels = samples(64)
    grown = []
    for _ in range(16):
        network = contender.build(MODEL, TRAINING, canonical_weights(MODEL, 0), "float32")
        network.train_step(inputs, labels)
        network.close()
        del network
        grown.append(resident_bytes())
    assert max(grown[8:]) - max(grown[:8]) < 5e6


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
    epoch = Epoch(inputs, labels, np.arange(30), 8, lambda _done: None)
    found, expected = network.train_epoch(epoch), reference.train_epoch(epoch)
    assert found.accuracy == expected.accuracy
    assert found.loss == pytest.approx(expected.loss, rel=1e-5)


def test_masks_follow_from_the_seed_of_the_job(contender: VeloxContender) -> None:
    """A job that is run again drops the same values; one with another seed does not."""
    first = seen_of_dropout(contender, seed=1)
    np.testing.assert_array_equal(seen_of_dropout(contender, seed=1), first)
    assert not np.array_equal(seen_of_dropout(contender, seed=2), first)


def test_steps_draw_masks_of_their_own(contender: VeloxContender) -> None:
    """Two steps at a rate of learning that moves nothing have the same loss but for the masks."""
    model, still = DROPPING, TRAINING.model_copy(update={"optimizer": STILL})
    network = contender.build(model, still, canonical_weights(model, 0), "float32")
    inputs = np.ones((4, *model.input_shape), np.float32)
    losses = {network.train_step(inputs, np.zeros(4, np.int64)) for _ in range(5)}
    network.close()
    assert len(losses) == 5


def test_defect_is_refused(contender: VeloxContender) -> None:
    """The function compares shapes, and so cannot make this mistake."""
    broadcasting = TRAINING.model_copy(update={"defect": "broadcast_targets"})
    with pytest.raises(RunnerError, match="PyTorch only") as refusal:
        contender.build(MODEL, broadcasting, canonical_weights(MODEL, 0), "float32")
    assert "pytorch" in refusal.value.remedy
    with pytest.raises(RunnerError, match="PyTorch only"):
        contender.build_published(MODEL, broadcasting, seed=0)


def test_published_network_starts_from_its_seed_and_shuffles_by_itself(
    contender: VeloxContender,
) -> None:
    """The order that it is given makes no difference; the seed makes all."""
    inputs, labels = samples(24)

    def trained(seed: int, order: IntArray) -> FloatArray:
        network = contender.build_published(MODEL, TRAINING, seed)
        network.train_epoch(Epoch(inputs, labels, order, 8, lambda _done: None))
        bias = network.weights()["dense2.bias"]
        network.close()
        return bias

    forward, backward = np.arange(24), np.arange(24)[::-1]
    np.testing.assert_array_equal(trained(0, forward), trained(0, backward))
    assert not np.array_equal(trained(0, forward), trained(1, forward))


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


def seen_of_dropout(contender: VeloxContender, seed: int) -> FloatArray:
    """Return a gradient that shows the first mask of a job."""
    contender.configure("cpu", 2, seed)
    network = contender.build(DROPPING, TRAINING, canonical_weights(DROPPING, 0), "float32")
    inputs = np.ones((1, *DROPPING.input_shape), np.float32)
    _, gradients = network.gradients(inputs, np.zeros(1, np.int64))
    network.close()
    return gradients["logits.kernel"]


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
