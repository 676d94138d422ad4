"""A stock network over many steps, its memory and its thread."""

import time

import numpy as np
import psutil
import pytest

from contract.model import Model
from contract.training import Adam, Training
from runners.harness.contender.network import FloatArray, IntArray, Network
from runners.harness.contender.weights import canonical_weights
from runners.harness.errors import RunnerError
from runners.harness.reference.network import Reference
from runners.velox_stock.contender import VeloxStockContender
from tests.runners.suite_models import FLATTEN, RELU, conv, dense, network, pool

pytestmark = pytest.mark.environment

MLP = network(
    (28, 28, 1), FLATTEN, dense("dense1", 128), RELU, dense("dense2", 64), RELU, dense("dense3", 10)
)
CNN = network(
    (28, 28, 1),
    conv("conv1", 32, 3),
    RELU,
    pool(2),
    conv("conv2", 64, 3),
    RELU,
    pool(2),
    FLATTEN,
    dense("dense1", 128),
    RELU,
    dense("dense2", 10),
)
SMALL = network((12,), dense("dense1", 16), RELU, dense("dense2", 3))
TRAINING = Training(
    loss="softmax_cross_entropy",
    optimizer=Adam(type="adam", learning_rate=0.001),
    batch_size=64,
)


def build(contender: VeloxStockContender, model: Model) -> Network:
    """Return a fresh network."""
    return contender.build(model, TRAINING, canonical_weights(model, 0), "float32")


def samples(model: Model, count: int, seed: int = 0) -> tuple[FloatArray, IntArray]:
    """Return random inputs and labels."""
    generator = np.random.default_rng(seed)
    inputs = generator.random((count, *model.input_shape), np.float32)
    return inputs, generator.integers(0, model.output_shape[0], count)


def test_loss_of_an_mlp_falls_as_the_references(contender: VeloxStockContender) -> None:
    """Over 100 steps of study S4's network, on four batches again and again."""
    trained, reference = build(contender, MLP), Reference(MLP, TRAINING, canonical_weights(MLP, 0))
    batches = [samples(MLP, 64, seed) for seed in range(4)]
    found = [trained.train_step(*batches[step % 4]) for step in range(100)]
    expected = [reference.train_step(*batches[step % 4]) for step in range(100)]
    np.testing.assert_allclose(found, expected, rtol=1e-4)
    assert found[-1] < 0.95 * found[0]


@pytest.mark.parametrize("count", [1, 47, 100])
def test_prediction_of_a_cnn_is_the_references(contender: VeloxStockContender, count: int) -> None:
    inputs, _ = samples(CNN, count)
    expected = Reference(CNN, TRAINING, canonical_weights(CNN, 0)).predict(inputs)
    assert np.abs(build(contender, CNN).predict(inputs) - expected).max() < 1e-6


def test_memory_grows_by_what_velox_keeps_of_a_run(contender: VeloxStockContender) -> None:
    """Some 140 bytes for each of a step's queries, and nothing of its 12 kB of tensors."""
    trained, (inputs, labels) = build(contender, SMALL), samples(SMALL, 64)
    for _ in range(50):
        trained.train_step(inputs, labels)
    before = psutil.Process().memory_info().rss
    for _ in range(500):
        trained.train_step(inputs, labels)
    assert psutil.Process().memory_info().rss - before < 500 * 6_000


def test_one_thread_computes_whatever_is_asked_for(contender: VeloxStockContender) -> None:
    trained, (inputs, labels) = build(contender, MLP), samples(MLP, 64)
    trained.train_step(inputs, labels)
    cpu, wall = time.process_time(), time.perf_counter()
    for _ in range(10):
        trained.train_step(inputs, labels)
    assert (time.process_time() - cpu) / (time.perf_counter() - wall) < 1.2


def test_masks_follow_from_the_seed_of_the_job() -> None:
    from runners.velox_stock.contender import create

    def seen(seed: int) -> FloatArray:
        contender = create()
        contender.configure("cpu", 2, seed)
        model = network((64,), {"type": "dropout", "rate": 0.5}, dense("logits", 3))
        ones = np.ones((1, 64), np.float32)
        return build(contender, model).gradients(ones, np.zeros(1, np.int64))[1]["logits.kernel"]

    np.testing.assert_array_equal(seen(1), seen(1))
    assert not np.array_equal(seen(1), seen(2))


def test_defect_is_refused(contender: VeloxStockContender) -> None:
    broadcasting = TRAINING.model_copy(update={"defect": "broadcast_targets"})
    with pytest.raises(RunnerError, match="PyTorch only") as refusal:
        contender.build_published(SMALL, broadcasting, seed=0)
    assert "pytorch" in refusal.value.remedy
