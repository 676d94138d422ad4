"""The sentinel's computation: as fixed as the kit can make it, and no framework's.

Run as a program, pinned as jobs are; prints the seconds of each sample as a JSON list. A sample is
a product of matrices, which asks for arithmetic on all threads, and a pass over memory beyond the
caches, which asks for bandwidth: what slows either would slow a job.
"""

from __future__ import annotations

import json
import time

import numpy as np

SAMPLES = 9
_WARM_UPS = 1
_SIDE = 1024
_PASS_FLOATS = 2**23
_ROUNDS = 4


def measure(samples: int = SAMPLES) -> list[float]:
    """Return the seconds of each sample, after some that are not counted."""
    rng = np.random.default_rng(0)
    matrix = rng.standard_normal((_SIDE, _SIDE), dtype=np.float32)
    product = np.empty_like(matrix)
    source = rng.standard_normal(_PASS_FLOATS, dtype=np.float32)
    target = np.empty_like(source)
    taken = []
    for _ in range(_WARM_UPS + samples):
        began = time.perf_counter()
        for _ in range(_ROUNDS):
            np.matmul(matrix, matrix, out=product)
            np.multiply(source, np.float32(0.5), out=target)
        taken.append(time.perf_counter() - began)
    return taken[_WARM_UPS:]


if __name__ == "__main__":
    print(json.dumps(measure()))
