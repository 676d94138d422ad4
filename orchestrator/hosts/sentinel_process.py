"""The sentinel's computation: as fixed as the kit can make it, and no framework's.

Run as a program, `python -m orchestrator.hosts.sentinel_process PARENT CPU…`, it pins itself to the
CPUs of the jobs, dies with its parent, and prints the seconds of each sample as a JSON list. A
sample is a product of matrices, which asks for arithmetic on all threads, and a pass over memory
beyond the caches, which asks for bandwidth: what slows either would slow a job.
"""

import ctypes
import json
import os
import signal
import sys
import time

SAMPLES = 9
_WARM_UPS = 1
_SIDE = 1024
_PASS_FLOATS = 2**23
_ROUNDS = 4
_PR_SET_PDEATHSIG = 1


def main() -> None:
    """Measure as the arguments say.

    Raises:
        OSError: it cannot be pinned to the CPUs.
    """
    parent, *cpus = map(int, sys.argv[1:])
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        sys.exit("its parent is gone")
    # Before NumPy is imported: its thread pool takes over what it finds then.
    os.sched_setaffinity(0, cpus)
    print(json.dumps(measure()))


def measure(samples: int = SAMPLES) -> list[float]:
    """Return the seconds of each sample, after some that are not counted."""
    import numpy as np

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
    main()
