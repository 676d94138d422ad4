"""Prediction of many rows at once, as it is timed: against few rows at a time."""

from collections.abc import Iterator

import numpy as np

from contract.evidence import DIVERGED, Check
from runners.harness.contender.contender import Contender
from runners.harness.contender.network import FloatArray, Network
from runners.harness.gate.distance import Distance, relative, storable, worst_check
from runners.harness.gate.loop import Loop
from runners.harness.reference.network import Reference

MANY, MORE = 100, 1000
_FEW = 10
_TOLERANCE = 1e-5
"""Batches of other sizes are computed by other kernels, which round otherwise."""


def check_prediction(contender: Contender, own: Loop, small: Loop, *, is_dear: bool) -> Check:
    """Return the check of the worst that predictions in float32 show.

    Args:
        contender: Configured already.
        own: On the study's network.
        small: On a small one, which is held against the reference too.
        is_dear: Whether the study's network is to predict no more than `MANY` rows, and once.
    """
    reference = Reference(small.model, small.training, small.weights())
    found = [*_rows(contender, small, reference)]
    found += [*(_rows_of_dear(contender, own) if is_dear else _rows(contender, own))]
    return worst_check("prediction", found)


def _rows(
    contender: Contender, loop: Loop, reference: Reference | None = None
) -> Iterator[Distance]:
    network = contender.build(loop.model, loop.training, loop.weights(), "float32")
    inputs = _first(loop, MORE)
    more = network.predict(inputs)
    if reference is not None:
        where = f"{MORE} rows of {loop.name}, against the reference"
        yield _distance(more, reference.predict(inputs), where, "")
    yield from _by_tens(network, inputs, more, f"{MORE} rows of {loop.name}")
    inputs = inputs[:MANY].copy()
    where = f"{MANY} rows of {loop.name}"
    many = network.predict(inputs)
    yield _distance(many, more[:MANY], where, "it predicts a row otherwise among more rows")
    inputs[...] = inputs[::-1].copy()
    where = f"{where}, put into the same array in another order"
    cause = "it goes by the array or the place in it, not by what is there"
    yield _distance(network.predict(inputs), many[::-1], where, cause)
    network.train_step(*loop.take(loop.orders[0][: loop.batch_size]))
    where = f"{MANY} rows of {loop.name} after a step"
    yield from _by_tens(network, inputs, network.predict(inputs), where)
    network.close()


def _rows_of_dear(contender: Contender, loop: Loop) -> Iterator[Distance]:
    network = contender.build(loop.model, loop.training, loop.weights(), "float32")
    inputs = _first(loop, MANY)
    yield from _by_tens(network, inputs, network.predict(inputs), f"{MANY} rows of {loop.name}")
    network.close()


def _by_tens(
    network: Network, inputs: FloatArray, many: FloatArray, where: str
) -> Iterator[Distance]:
    """Hold outputs against those of ten rows at a time, from the middle and the end."""
    for start in ((len(inputs) - _FEW) // 2, len(inputs) - _FEW):
        rows = slice(start, start + _FEW)
        place = f"{where}, from row {start} on"
        cause = "it predicts a row otherwise among many rows than among few"
        yield _distance(many[rows], network.predict(inputs[rows]), place, cause)


def _first(loop: Loop, count: int) -> FloatArray:
    """Return that many samples; the same again where there are fewer."""
    inputs: FloatArray = loop.inputs[np.arange(count) % len(loop.inputs)]
    return inputs


def _distance(observed: FloatArray, expected: FloatArray, where: str, cause: str) -> Distance:
    """Return the largest difference relative to the largest output, with its row."""
    if observed.shape != expected.shape:
        shapes = f"outputs are {observed.shape}, not {expected.shape}"
        return Distance(DIVERGED, _TOLERANCE, "max_relative", where, shapes)
    by_row = np.abs(observed - expected).max(axis=1)
    row = int(np.argmax(np.where(np.isnan(by_row), np.inf, by_row)))
    error = relative(storable(float(by_row[row])), float(np.abs(expected).max()))
    return Distance(error, _TOLERANCE, "max_relative", f"row {row} of {where}", cause)
