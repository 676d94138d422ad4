"""Dropout."""

import numpy as np

from runners.velox_stock.functions.base import Operation, answers, elementwise
from runners.velox_stock.query import Array, Column, number

_MANTISSA = 2**53 - 1
"""The bits of a hash that a number in double precision can hold."""


@answers("ml_dropout")
def dropout(inputs: Array, rate: float, seed: Array, draw: Array, layer: int) -> Operation:
    """Set elements to 0 with probability `rate`, scale the rest.

    An element is dropped where a hash of it, of the job's seed, of the draw and of the layer, as a
    number in [0, 1), is below the rate: so the backward pass drops the same ones.
    """
    first = np.zeros(inputs.size, np.int32)
    hashed = _hash(f"bitwise_xor({layer}, {_hash('seed')})")
    hashed = _hash(f"bitwise_xor(draw, {hashed})")
    hashed = _hash(f"bitwise_xor(element, {hashed})")
    share = f"CAST(bitwise_and({hashed}, {_MANTISSA}) AS DOUBLE) / {float(_MANTISSA + 1)!r}"
    kept, dropped = f"x / {number(1 - rate, inputs)}", number(0, inputs)
    return elementwise(
        f"IF({share} < {rate!r}, {dropped}, {kept})",
        inputs,
        x=inputs,
        element=np.arange(inputs.size, dtype=np.int64),
        seed=Column(seed.reshape(1), first),
        draw=Column(draw.reshape(1), first),
    )


def _hash(integer: str) -> str:
    return f"from_big_endian_64(xxhash64(to_big_endian_64({integer})))"
