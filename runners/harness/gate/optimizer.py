"""The optimizer by itself, on a linear network, where nothing but its numbers makes a difference.

On a deep network float32's rounding hides a β₂ of 0.99 or a rate that is off by a tenth; here it
hides nothing above 2e-4.
"""

from collections.abc import Iterable, Iterator

import numpy as np

from contract.base import Precision
from contract.evidence import Check
from contract.layers.dense import Dense
from contract.model import Model
from contract.training import Optimizer, OptimizerKind, Training
from runners.harness.contender.contender import Contender
from runners.harness.contender.network import Batch, Network, Weights, in_precision
from runners.harness.contender.weights import canonical_weights
from runners.harness.gate.distance import difference, relative_l2
from runners.harness.gate.limits import Floors, Found, Observed, judge_kind
from runners.harness.gate.trajectory import GENTLE
from runners.harness.reference.network import Reference

_PARTS = {"steps 1 to 12": (1,) * 12, "step 13": (20,), "steps 14 to 24": (1,) * 11}
"""Sizes of the batches, whose squares the gradients grow by; each part is looked at by itself.
A gradient that is far larger than all before it shows who clips; those after it, who remembers the
largest, as AMSGrad does."""
_SAMPLES = 4
_SEED = 0
_LINEAR = Model(input_shape=(6,), layers=(Dense(type="dense", name="linear", units=4),))
_WEIGHTS = canonical_weights(_LINEAR, _SEED)
_STIRRED = {"weight_decay": 0.1, "epsilon": 1e-2, "beta_2": 0.9}
"""Numbers that no optimizer can leave out unseen; β₂ so that large gradients are soon forgotten."""

_COARSE = np.logspace(-2, 2, 41)
_FINER = [np.logspace(-width, width, 11) for width in (0.1, 0.02, 0.004, 0.0008, 0.00016)]
"""Factors of the best so far, each time around it: down to steps of 0.007 %."""
_EXPLAINED = 0.1
"""Another number explains a distance that it makes so many times smaller."""


def optimizers_to_try(own: Optimizer, precision: Precision) -> dict[OptimizerKind, list[Optimizer]]:
    """Return the optimizers to try, by kind.

    The study's, with its numbers as they are and stirred; in float32 the other kinds too.
    """
    tried = {own.type: [own, _stirred(own)]}
    if precision == "float32":
        tried |= {other.type: [_stirred(other)] for other in GENTLE if other.type != own.type}
    return tried


def check_optimizer(
    contender: Contender, optimizers: list[Optimizer], precision: Precision
) -> Check:
    """Take the steps of all parts with each; return the check of the worst."""
    tried = [(optimizer, *_try(contender, optimizer, precision)) for optimizer in optimizers]
    optimizer, added, check = max(tried, key=lambda one: (not one[2].passed, one[2].error))
    numbers = ", ".join(f"{name} {value:g}" for name, value in _numbers(optimizer).items())
    cause = check.cause if check.passed else _explain(added, optimizer, check.error)
    return check.model_copy(update={"worst": f"{check.worst} at {numbers}", "cause": cause})


def _stirred(optimizer: Optimizer) -> Optimizer:
    known = type(optimizer).model_fields
    return optimizer.model_copy(update={n: v for n, v in _STIRRED.items() if n in known})


def _try(contender: Contender, optimizer: Optimizer, precision: Precision) -> tuple[Weights, Check]:
    """Return what the steps of a contender add, and the check that it gives."""
    network = contender.build(_LINEAR, _training(optimizer), _WEIGHTS, precision)
    added = _added(network, precision)
    network.close()
    expected = _expect(optimizer)

    def float32_runs() -> Iterator[Observed]:
        reference = Reference(_LINEAR, _training(optimizer), _WEIGHTS, "float32")
        yield {"optimizer": _found(_added(reference, "float32"), expected)}

    floors = Floors(float32_runs())
    return added, judge_kind("optimizer", _found(added, expected), precision, floors)


def _training(optimizer: Optimizer) -> Training:
    return Training(loss="mean_squared_error", optimizer=optimizer, batch_size=_SAMPLES)


def _batches(sizes: Iterable[float], generator: np.random.Generator) -> Iterator[Batch]:
    for size in sizes:
        inputs, targets = (generator.normal(size=(_SAMPLES, values)) for values in (6, 4))
        yield size * inputs, size * targets


def _added(network: Network, precision: Precision) -> Weights:
    """Return what the steps of each part add to each tensor."""
    generator = np.random.default_rng(_SEED)
    found: Weights = {}
    before = _WEIGHTS
    for part, sizes in _PARTS.items():
        for batch in _batches(sizes, generator):
            network.train_step(*in_precision(batch, precision))
        after = network.weights()
        added = difference(after, before)
        found |= {f"{name} in {part}": value for name, value in added.items()}
        before = after
    return found


def _expect(optimizer: Optimizer) -> Weights:
    return _added(Reference(_LINEAR, _training(optimizer), _WEIGHTS), "float64")


def _found(added: Weights, expected: Weights) -> Found:
    """Hold each part against its own largest tensor."""
    parts = (
        relative_l2(added, {name: value for name, value in expected.items() if name.endswith(part)})
        for part in _PARTS
    )
    return Found("relative_l2", {name: error for part in parts for name, error in part.items()})


def _numbers(optimizer: Optimizer) -> dict[str, float]:
    return optimizer.model_dump(exclude={"type"})


def _explain(added: Weights, optimizer: Optimizer, error: float) -> str:
    """Say with which other number the reference would have taken these steps; "" where with none.

    One number at a time: the decay and the rates, which are sizes, by factors; β and μ by factors
    of what is left to 1.
    """
    best = min(
        (_fit(added, optimizer, name) for name in _numbers(optimizer)), key=lambda fit: fit[0]
    )
    distance, changed = best
    if distance > _EXPLAINED * error:
        return ""
    name, value = changed
    return f"as with {name} {value:.5g} in place of {_numbers(optimizer)[name]:g}"


def _fit(added: Weights, optimizer: Optimizer, name: str) -> tuple[float, tuple[str, float]]:
    """Return the least distance that another value of a number leaves, and the number with it."""
    value = _numbers(optimizer)[name]
    best = (np.inf, value)
    for factors in (_COARSE, *_FINER):
        start = best[1]
        tried = (_scaled(start, name, factor) for factor in factors)
        best = min(best, *((_left(added, optimizer, name, v), v) for v in tried))
    return best[0], (name, best[1])


def _scaled(value: float, name: str, factor: float) -> float:
    if name.startswith(("beta", "momentum")):
        return max(1 - (1 - value) * factor, 1e-6)
    return (value or 0.01) * factor


def _left(added: Weights, optimizer: Optimizer, name: str, value: float) -> float:
    with np.errstate(all="ignore"):
        expected = _expect(optimizer.model_copy(update={name: value}))
        return max(_found(added, expected).errors.values())
