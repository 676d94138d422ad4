"""PyTorch as its users run it."""

import numpy as np
import pytest

from contract.layers.batch_norm import BatchNorm
from contract.training import Adam, Momentum
from data.arrays import as_inputs
from runners.harness.contender.contender import Contender
from runners.harness.contender.network import Epoch
from tests.runners.suite_checks import ignore
from tests.runners.suite_models import REGRESSION, SMALL_CNN, SQUARED, TRAINING, batch

pytestmark = pytest.mark.environment


@pytest.fixture(scope="module")
def contender() -> Contender:
    from runners.pytorch.contender import create

    created = create()
    created.configure("cpu", 2, seed=0)
    return created


@pytest.mark.parametrize("channels", [1, 3])
def test_an_image_comes_through_pillow_unharmed(channels: int) -> None:
    """Bytes, scaled by the harness, back to bytes, image, tensor: the same floats, reordered."""
    import torch

    from runners.pytorch.published import ImageItems

    values = np.arange(256, dtype=np.uint8).repeat(channels * 3).reshape(6, 16, 8, channels)
    images = as_inputs(values, "float32")
    items = ImageItems(images, np.arange(6))
    assert len(items) == 6
    for index, image in enumerate(images):
        tensor, target = items[index]
        assert target == index
        assert tensor.is_contiguous()
        assert torch.equal(tensor, torch.from_numpy(image.transpose(2, 0, 1)))


def test_images_become_bytes_block_by_block(monkeypatch: pytest.MonkeyPatch) -> None:
    from runners.pytorch import published

    monkeypatch.setattr(published, "_AT_ONCE", 4)
    values = np.arange(10 * 3 * 3, dtype=np.uint8).reshape(10, 3, 3, 1)
    loaded = published.ImageItems(as_inputs(values, "float32"), np.zeros(10, np.int64))
    for index in range(10):
        tensor, _ = loaded[index]
        np.testing.assert_array_equal(
            tensor.numpy()[0], as_inputs(values, "float32")[index, ..., 0]
        )


def test_every_sample_is_seen_once_in_another_order_each_epoch(contender: Contender) -> None:
    from runners.pytorch.published import PublishedPyTorchNetwork

    seen: list[list[int]] = []
    numbered = np.arange(20, dtype=np.float32).reshape(20, 1)
    rows = np.repeat(numbered, 4, axis=1)
    network = contender.build_published(REGRESSION, SQUARED, seed=0)
    assert isinstance(network, PublishedPyTorchNetwork)
    for _ in range(2):
        batches = network._batches(Epoch(rows, numbered, np.arange(0), 8, ignore))
        seen.append([int(target) for _, targets in batches for target in targets])
    assert sorted(seen[0]) == sorted(seen[1]) == list(range(20))
    assert seen[0] != seen[1]
    assert seen[0] != list(range(20))


def test_images_are_turned_into_bytes_once(contender: Contender) -> None:
    network = contender.build_published(SMALL_CNN, TRAINING, seed=0)
    inputs, labels = batch(SMALL_CNN, 16, "float32")
    loaded = []
    for _ in range(2):
        network.train_epoch(Epoch(inputs, labels, np.arange(0), 8, ignore))
        loaded.append(network._items)  # type: ignore[attr-defined]
    assert loaded[0] is loaded[1]
    network.train_epoch(Epoch(inputs.copy(), labels, np.arange(0), 8, ignore))
    assert network._items is not loaded[0]  # type: ignore[attr-defined]


def test_initialisers_are_torchs(contender: Contender) -> None:
    """U(±1/√fan_in) for kernels and biases; Glorot would reach further, and leave biases at 0."""
    weights = contender.build_published(SMALL_CNN, TRAINING, seed=0).weights()
    fan_in = SMALL_CNN.weight_shapes()["dense1.kernel"][0]
    for name in ("dense1.kernel", "dense1.bias"):
        assert 0.5 / np.sqrt(fan_in) < np.abs(weights[name]).max() <= 1 / np.sqrt(fan_in)


@pytest.mark.parametrize("shape", [(5,), (3, 3, 5)])
def test_batch_norm_keeps_torchs_numbers(shape: tuple[int, ...]) -> None:
    """Whatever the layer says: a tenth of the batch, its variance unbiased."""
    import torch

    from runners.pytorch.published import torch_norm

    norm = torch_norm(BatchNorm(type="batch_norm", name="n", momentum=0.7, epsilon=0.1), shape)
    assert norm.eps == 1e-5
    inputs = torch.randn(8, 5, *shape[:-1])
    norm(inputs)
    unbiased = inputs.transpose(0, 1).flatten(1).var(1)
    torch.testing.assert_close(norm.running_var, 0.9 + 0.1 * unbiased)


def test_optimizers_keep_torchs_numbers() -> None:
    import torch

    from runners.pytorch.optimizers import EpsilonHatAdam, make_published_optimizer

    weight = torch.nn.Parameter(torch.ones(2))
    asked = Adam(
        type="adam", learning_rate=0.02, beta_1=0.5, beta_2=0.6, epsilon=0.1, weight_decay=0.3
    )
    adam = make_published_optimizer(asked, [weight])
    assert not isinstance(adam, EpsilonHatAdam)
    (group,) = adam.param_groups
    assert (group["lr"], group["weight_decay"]) == (0.02, 0.3)
    assert (group["betas"], group["eps"]) == ((0.9, 0.999), 1e-8)
    momentum = make_published_optimizer(
        Momentum(type="momentum", learning_rate=0.02, momentum=0.8), [weight]
    )
    assert momentum.param_groups[0]["momentum"] == 0.8
