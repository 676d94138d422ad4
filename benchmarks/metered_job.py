"""`python -m benchmarks.metered_job ROUNDS SECONDS`: a job that is watched in every other turn.

It prints what the turns, of so many seconds of work each, and the watching cost. It has as many
threads as a framework, and two processes of its own, on which the walk through the process tree
depends.
"""

import json
import random
import subprocess
import sys
import threading
from contextlib import nullcontext
from typing import Any

import numpy as np

from runners.harness.instruments.usage_sampler import UsageSampler
from runners.harness.measure.stopwatch import Stopwatch

THREADS = 48
"""TensorFlow's on two CPUs."""
CHILDREN = 2
_SIDE = 512
_CALIBRATION_STEPS = 20


def main() -> None:
    """Work in pairs of turns, one of them watched, in shuffled order."""
    rounds, seconds = int(sys.argv[1]), float(sys.argv[2])
    over = threading.Event()
    for _ in range(THREADS):
        threading.Thread(target=over.wait, daemon=True).start()
    children = [subprocess.Popen(["sleep", "86400"]) for _ in range(CHILDREN)]
    try:
        print(json.dumps(_turns(rounds, seconds)))
    finally:
        for child in children:
            child.kill()


def _turns(rounds: int, seconds: float) -> dict[str, list[Any]]:
    steps = _steps_in(seconds)
    shuffle = random.Random(0).shuffle
    found: dict[str, list[Any]] = {"alone_cpu_seconds": [], "watched_cpu_seconds": [], "meters": []}
    for _ in range(rounds):
        turns = [False, True]
        shuffle(turns)
        for watched in turns:
            sampler = UsageSampler("cpu", cpus=1) if watched else None
            with sampler or nullcontext(), Stopwatch() as watch:
                _work(steps)
            found[f"{'watched' if watched else 'alone'}_cpu_seconds"].append(watch.cpu_seconds)
            if sampler is not None and sampler.meters is not None:
                found["meters"].append(sampler.meters.model_dump())
    return found


def _steps_in(seconds: float) -> int:
    """Return how many steps take that much processor time."""
    _work(_CALIBRATION_STEPS)
    with Stopwatch() as watch:
        _work(_CALIBRATION_STEPS)
    return max(round(seconds * _CALIBRATION_STEPS / watch.cpu_seconds), 1)


def _work(steps: int) -> None:
    """Compute, with memory beyond the caches, so that who disturbs them shows."""
    matrix = np.ones((_SIDE, _SIDE), dtype=np.float32)
    for _ in range(steps):
        matrix @= matrix / _SIDE


if __name__ == "__main__":
    main()
