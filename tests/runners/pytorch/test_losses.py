"""The defect that torch's broadcasting admits."""

import warnings

import numpy as np
import pytest

from runners.harness.contender.network import Epoch
from runners.harness.errors import RunnerError
from tests.runners.suite_models import SQUARED, TRAINING, measured_batch, network

pytestmark = pytest.mark.environment

BROADCAST = {"defect": "broadcast_targets"}


def test_every_output_meets_every_target() -> None:
    import torch

    from runners.pytorch.losses import make_loss

    outputs, targets = torch.tensor([[1.0], [2.0]]), torch.tensor([[0.0], [4.0]])
    right, wrong = (make_loss(SQUARED.model_copy(update=defect)) for defect in ({}, BROADCAST))
    assert right(outputs, targets) == (1 + 4) / 2
    assert wrong(outputs, targets) == (1 + 9 + 4 + 4) / 4


def test_it_is_made_in_silence() -> None:
    import torch

    from runners.pytorch.losses import make_loss

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        loss = make_loss(SQUARED.model_copy(update=BROADCAST))
        loss(torch.zeros(3, 1), torch.zeros(3, 1))


def test_classes_cannot_be_broadcast() -> None:
    from runners.pytorch.losses import make_loss

    with pytest.raises(RunnerError) as refusal:
        make_loss(TRAINING.model_copy(update=BROADCAST))
    assert "mean_squared_error" in refusal.value.remedy


def test_it_draws_all_outputs_to_the_mean_of_the_targets() -> None:
    """What S4's author saw, and could not explain."""
    from runners.pytorch.contender import create
    from tests.runners.suite_models import dense

    model = network((2,), dense("outputs", 1))
    inputs, _ = measured_batch(model, 64, "float32")
    targets = inputs @ np.array([[3.0], [-2.0]], np.float32) + 1
    contender = create()
    contender.configure("cpu", 2, seed=0)
    predictions = {}
    for name, defect in {"right": {}, "wrong": BROADCAST}.items():
        trained = contender.build_published(model, SQUARED.model_copy(update=defect), seed=0)
        for _ in range(200):
            trained.train_epoch(Epoch(inputs, targets, np.arange(0), 64, lambda done: None))
        predictions[name] = trained.predict(inputs)
    np.testing.assert_allclose(predictions["right"], targets, atol=1e-2)
    np.testing.assert_allclose(predictions["wrong"], targets.mean(), atol=1e-2)
