"""The optimizers: the weights after a step, with what they remember behind them."""

import numpy as np

from runners.velox_stock.functions.base import Operation, answers
from runners.velox_stock.query import Array, Column, Query, in_precision, number


@answers("ml_sgd")
def sgd(weights: Array, gradient: Array, rate: float, decay: float) -> Operation:
    """W ← w − η·(g + λ·w)."""
    updated = np.zeros_like(weights)
    query = _decayed(weights, gradient, decay)
    query.project(f"w - {number(rate, weights)} * g AS w")
    return Operation(updated, (query.into(w=updated),))


@answers("ml_momentum")
def momentum(
    weights: Array, gradient: Array, state: Array, rate: float, decay: float, momentum: float
) -> Operation:
    """V ← μ·v + g; w ← w − η·v."""
    updated = np.zeros((2, weights.size), weights.dtype)
    query = _decayed(weights, gradient, decay, v=state)
    query.project("w", f"{number(momentum, weights)} * v + g AS v")
    query.project(f"w - {number(rate, weights)} * v AS w", "v")
    run = query.into(w=updated[0], v=updated[1])
    return Operation(updated.reshape(-1), (run,))


@answers("ml_adam")
def adam(
    weights: Array,
    gradient: Array,
    state: Array,
    step: Array,
    rate: float,
    decay: float,
    beta_1: float,
    beta_2: float,
    epsilon: float,
) -> Operation:
    """Adam with ε on the uncorrected root; `step` counts from 1."""
    updated = np.zeros((3, weights.size), weights.dtype)
    query = _decayed(
        weights,
        gradient,
        decay,
        m=state[: weights.size],
        v=state[weights.size :],
        step=Column(step.reshape(1), np.zeros(weights.size, np.int32)),
    )
    in_double = "CAST(step AS DOUBLE)"
    correction = (
        f"sqrt(1.0 - power({beta_2!r}, {in_double})) / (1.0 - power({beta_1!r}, {in_double}))"
    )
    query.project(
        "w",
        f"{number(beta_1, weights)} * m + {number(1 - beta_1, weights)} * g AS m",
        f"{number(beta_2, weights)} * v + {number(1 - beta_2, weights)} * g * g AS v",
        f"{in_precision(f'{rate!r} * {correction}', weights)} AS rate",
    )
    root = in_precision("sqrt(CAST(v AS DOUBLE))", weights)
    query.project(f"w - rate * m / ({root} + {number(epsilon, weights)}) AS w", "m", "v")
    run = query.into(w=updated[0], m=updated[1], v=updated[2])
    return Operation(updated.reshape(-1), (run,))


def _decayed(weights: Array, gradient: Array, decay: float, **others: Column | Array) -> Query:
    """Return a query of weights w and gradients g, the L2 penalty's among them, and others."""
    query = Query({"w": weights, "g": gradient, **others})
    penalised = f"g + {number(decay, weights)} * w" if decay else "g"
    return query.project("w", f"{penalised} AS g", *others)
