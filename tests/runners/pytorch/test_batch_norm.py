"""The variance that batch norm remembers; all else the suite holds against the reference."""

import pytest

pytestmark = pytest.mark.environment


@pytest.mark.parametrize("shape", [(2, 3), (5, 3), (1, 3, 4, 4), (6, 3, 2, 5)])
def test_moving_variance_takes_the_biased_one(shape: tuple[int, ...]) -> None:
    import torch

    from runners.pytorch.layers.batch_norm import BiasedBatchNorm

    layer = BiasedBatchNorm(3, momentum=0.7, epsilon=1e-3).double()
    inputs = torch.randn(shape, dtype=torch.float64)
    axes = [axis for axis in range(len(shape)) if axis != 1]
    layer(inputs)
    torch.testing.assert_close(layer.moving_mean, 0.3 * inputs.mean(axes))
    expected = 0.7 + 0.3 * inputs.var(axes, correction=0)
    torch.testing.assert_close(layer.moving_variance, expected)


def test_a_single_value_has_no_variance() -> None:
    """A ragged last batch may hold one row; torch's own batch norm refuses it."""
    import torch

    from runners.pytorch.layers.batch_norm import BiasedBatchNorm

    layer = BiasedBatchNorm(3, momentum=0.7, epsilon=1e-3)
    torch.nn.init.constant_(layer.beta, 2.5)
    outputs = layer(torch.randn(1, 3))
    outputs.sum().backward()
    torch.testing.assert_close(outputs, torch.full((1, 3), 2.5))
    torch.testing.assert_close(layer.moving_variance, torch.full((3,), 0.7))
    assert torch.equal(layer.beta.grad, torch.ones(3))


def test_evaluation_moves_nothing() -> None:
    import torch

    from runners.pytorch.layers.batch_norm import BiasedBatchNorm

    layer = BiasedBatchNorm(3, momentum=0.7, epsilon=1e-3).eval()
    inputs = torch.randn(4, 3)
    torch.testing.assert_close(layer(inputs), inputs / (1 + 1e-3) ** 0.5)
    assert torch.equal(layer.moving_variance, torch.ones(3))


def test_gradients_move_copies_of_the_averages() -> None:
    import numpy as np

    from runners.pytorch.contender import create
    from tests.runners.suite_models import NORMALISED, TRAINING, batch, stirred_weights

    contender = create()
    contender.configure("cpu", 2, seed=0)
    given = stirred_weights(NORMALISED)
    network = contender.build(NORMALISED, TRAINING, given, "float32")
    network.gradients(*batch(NORMALISED, 8, "float32"))
    for name, value in network.weights().items():
        np.testing.assert_array_equal(value, given[name], err_msg=name)
