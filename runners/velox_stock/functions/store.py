"""What a step leaves for the next."""

from functools import partial

import numpy as np

from runners.velox_stock.functions.base import Operation, answers
from runners.velox_stock.query import Array


@answers("ml_store")
def store(memory: Array, *tensors: Array) -> Operation:
    """Put tensors, one after the other, where the next step reads; no query can."""
    return Operation(memory, (partial(np.concatenate, tensors, out=memory),))
