"""The ML functions of the optimizers against NumPy float64."""

import numpy as np
import pytest

from contract.training import SGD, Adam, Momentum, Optimizer
from runners.harness.reference.optimizers import make_update
from tests.runners.velox.arrays import assert_near, normal
from tests.runners.velox.engine import evaluate

pytestmark = [pytest.mark.environment, pytest.mark.usefixtures("functions")]


@pytest.mark.parametrize("decay", [0.0, 0.05])
@pytest.mark.parametrize(
    ("optimizer", "call", "parts"),
    [
        (SGD(type="sgd", learning_rate=0.1), "ml_sgd(w, g, 0.1, {decay})", 1),
        (
            Momentum(type="momentum", learning_rate=0.1, momentum=0.8),
            "ml_momentum(w, g, s, 0.1, {decay}, 0.8)",
            2,
        ),
        (
            Adam(type="adam", learning_rate=0.1),
            "ml_adam(w, g, s, step, 0.1, {decay}, 0.9, 0.999, 1e-07)",
            3,
        ),
    ],
    ids=["sgd", "momentum", "adam"],
)
def test_optimizer_over_five_steps(
    optimizer: Optimizer, call: str, parts: int, decay: float
) -> None:
    """What a step puts out, weights and state one after the other, goes into the next."""
    generator = np.random.default_rng(0)
    weights = normal(generator, 40000)
    expected = {"w": weights.astype(np.float64)}
    update = make_update(optimizer.model_copy(update={"weight_decay": decay}), expected)
    tensors = np.zeros((parts, weights.size), np.float32)
    tensors[0] = weights
    for step in range(1, 6):
        gradient = normal(generator, weights.size)
        expected["w"] -= update("w", gradient.astype(np.float64), step)
        filled = call.format(decay=decay)
        found = evaluate(filled, w=tensors[0], g=gradient, s=tensors[1:], step=step)
        tensors = found.astype(np.float32).reshape(parts, -1)
    assert_near(tensors[0], expected["w"])
