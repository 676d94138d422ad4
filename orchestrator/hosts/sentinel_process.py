"""The sentinel's computation: as fixed as the kit can make it, and no framework's.

Run as a program, `python -m orchestrator.hosts.sentinel_process PARENT CPU…`, it pins itself to the
CPUs of the jobs, dies with its parent, and prints the seconds of each sample as a JSON list. With
`--turns` it says so when it is ready, and measures `TURN_SAMPLES` for each line that it is given. A
sample is a product of matrices, which asks for arithmetic on all threads, and a pass over memory
beyond the caches, which asks for bandwidth: what slows either would slow a job.
"""

import argparse
import ctypes
import json
import os
import signal
import sys
import time
from collections.abc import Iterator
from itertools import islice

SAMPLES = 9
TURN_SAMPLES = 3
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
    parser = argparse.ArgumentParser()
    parser.add_argument("parent", type=int)
    parser.add_argument("cpus", type=int, nargs="+")
    parser.add_argument("--turns", action="store_true")
    options = parser.parse_args()
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != options.parent:
        sys.exit("its parent is gone")
    # Before NumPy is imported: its thread pool takes over what it finds then.
    os.sched_setaffinity(0, options.cpus)
    if options.turns:
        _take_turns()
    else:
        print(json.dumps(measure()))


def measure(samples: int = SAMPLES) -> list[float]:
    """Return the seconds of each sample, after some that are not counted."""
    return list(islice(_samples_seconds(), samples))


def _take_turns() -> None:
    seconds = _samples_seconds()
    next(seconds)
    print("ready", flush=True)
    for _ in sys.stdin:
        print(json.dumps(list(islice(seconds, TURN_SAMPLES))), flush=True)


def _samples_seconds() -> Iterator[float]:
    """Yield the seconds of samples, after some that are not counted."""
    import numpy as np

    rng = np.random.default_rng(0)
    matrix = rng.standard_normal((_SIDE, _SIDE), dtype=np.float32)
    product = np.empty_like(matrix)
    source = rng.standard_normal(_PASS_FLOATS, dtype=np.float32)
    target = np.empty_like(source)

    def sample() -> float:
        began = time.perf_counter()
        for _ in range(_ROUNDS):
            np.matmul(matrix, matrix, out=product)
            np.multiply(source, np.float32(0.5), out=target)
        return time.perf_counter() - began

    for _ in range(_WARM_UPS):
        sample()
    while True:
        yield sample()


if __name__ == "__main__":
    main()
