"""Prediction of many rows at once, as it is timed: against few rows at a time."""

from collections.abc import Iterator

import numpy as np

from contract.evidence import DIVERGED, Check
from runners.harness.contender.contender import Contender
from runners.harness.contender.network import FloatArray, IntArray, Network
from runners.harness.gate.distance import Distance, relative, storable, worst_check
from runners.harness.gate.loop import Loop
from runners.harness.reference.network import Reference

MANY, MORE = 100, 1000
_MOST = 5001
"""Rows of the small network: odd, and more than the batches that programs like to cut."""
_FEW = 10
_TOLERANCE = 1e-5
"""Batches of other sizes are computed by other kernels, which round otherwise."""


def check_prediction(contender: Contender, own: Loop, small: Loop, *, is_dear: bool) -> Check:
    """Return the check of the worst that predictions in float32 show.

    Args:
        contender: Configured already.
        own: On the study's network.
        small: On a small one, which is held against the reference too, and predicts from arrays
            that are filled again, and after a step.
        is_dear: Whether the study's network is to predict no more than `MANY` rows.
    """
    count = MANY if is_dear else MORE
    return worst_check(
        "prediction", [*_on_own(contender, own, count), *_on_small(contender, small)]
    )


def _on_own(contender: Contender, loop: Loop, count: int) -> Iterator[Distance]:
    network = contender.build(loop.model, loop.training, loop.weights(), "float32")
    inputs = _first(loop, count)
    many = network.predict(inputs)
    yield _by_few(network, inputs, many, f"{count} rows of {loop.name}")
    yield _by_one(network, inputs, many, loop.name)
    network.close()


def _on_small(contender: Contender, loop: Loop) -> Iterator[Distance]:
    network = contender.build(loop.model, loop.training, loop.weights(), "float32")
    reference = Reference(loop.model, loop.training, loop.weights())
    for count in (_MOST, MORE):
        inputs = _first(loop, count)
        more = network.predict(inputs)
        where = f"{count} rows of {loop.name}, against the reference"
        yield _distance(more, reference.predict(inputs), where, "")
    yield _by_few(network, inputs, more, f"{MORE} rows of {loop.name}")
    yield _by_one(network, inputs, more, loop.name)
    inputs = inputs[:MANY].copy()
    where = f"{MANY} rows of {loop.name}"
    many = network.predict(inputs)
    yield _distance(many, more[:MANY], where, "it predicts a row otherwise among more rows")
    # The first and the last stay where they are: nobody is to know an array by them.
    inputs[1:-1] = inputs[-2:0:-1].copy()
    where = f"{where}, put into the same array in another order"
    cause = "it goes by the array or the place in it, not by what is there"
    yield _distance(network.predict(inputs), reference.predict(inputs), where, cause)
    network.train_step(*loop.take(loop.orders[0][: loop.batch_size]))
    where = f"{MANY} rows of {loop.name} after a step"
    yield _by_few(network, inputs, network.predict(inputs), where)
    network.close()


def _by_few(network: Network, inputs: FloatArray, many: FloatArray, where: str) -> Distance:
    """Hold outputs against those of a few rows at a time, from the middle and the end."""
    middle = (len(inputs) - _FEW) // 2
    rows = np.r_[middle : middle + _FEW // 2, len(inputs) - _FEW // 2 : len(inputs)]
    if len(many) != len(inputs):
        cause = f"it gives {len(many)} rows of outputs for {len(inputs)} of inputs"
        return Distance(DIVERGED, _TOLERANCE, "max_relative", where, cause)
    cause = "it predicts a row otherwise among many rows than among few"
    return _distance(many[rows], network.predict(inputs[rows]), where, cause, rows)


def _by_one(network: Network, inputs: FloatArray, many: FloatArray, name: str) -> Distance:
    """Hold the outputs of one row by itself against those that it has among many."""
    cause = "it predicts a row otherwise by itself than among many rows"
    return _distance(network.predict(inputs[:1]), many[:1], f"one row of {name}", cause)


def _first(loop: Loop, count: int) -> FloatArray:
    """Return that many samples; the same again where there are fewer."""
    inputs: FloatArray = loop.inputs[np.arange(count) % len(loop.inputs)]
    return inputs


def _distance(
    observed: FloatArray,
    expected: FloatArray,
    where: str,
    cause: str,
    rows: IntArray | None = None,
) -> Distance:
    """Return the largest difference relative to the largest output, with its row.

    Args:
        observed: (rows, …) outputs of the contender.
        expected: What they are to be.
        where: What they are outputs of.
        cause: What a difference means.
        rows: Their numbers there; None where they are all.
    """
    if observed.shape != expected.shape:
        shapes = f"outputs are {observed.shape}, not {expected.shape}"
        return Distance(DIVERGED, _TOLERANCE, "max_relative", where, shapes)
    by_row = np.abs(observed - expected).max(axis=1)
    worst = int(np.argmax(np.where(np.isnan(by_row), np.inf, by_row)))
    error = relative(storable(float(by_row[worst])), float(np.abs(expected).max()))
    row = worst if rows is None else int(rows[worst])
    return Distance(error, _TOLERANCE, "max_relative", f"row {row} of {where}", cause)
