"""One contender, held ready: reads a line from standard input, answers with seconds.

`step` takes one training step, `predict` predicts 100 images; anything else ends it.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from contract.study import load_studies
from runners.harness.contender.network import TargetArray
from runners.harness.contender.registry import create
from runners.harness.contender.weights import canonical_weights
from runners.harness.job.cli import STUDIES_DIR

PREDICTED = 100


def main() -> None:
    """Build the network, say `ready`, serve."""
    options = _options()
    study = load_studies(STUDIES_DIR)[options.study]
    workload = study.workload(options.workload)
    contender = create(options.contender)
    contender.configure("cpu", options.threads, 0)
    weights = canonical_weights(workload.model, 0)
    network = contender.build(workload.model, workload.training, weights, "float32")
    random = np.random.default_rng(0)
    shape = workload.model.input_shape
    outputs = workload.model.output_shape[0]
    batch = random.random((workload.training.batch_size, *shape), dtype=np.float32)
    targets: TargetArray = random.integers(0, outputs, len(batch))
    if workload.training.loss == "mean_squared_error":
        targets = random.random((len(batch), outputs), dtype=np.float32)
    samples = random.random((PREDICTED, *shape), dtype=np.float32)
    actions: dict[str, Callable[[], object]] = {
        "step": lambda: network.train_step(batch, targets),
        "predict": lambda: network.predict(samples),
    }
    answers = sys.stdout
    sys.stdout = sys.stderr
    print("ready", file=answers, flush=True)
    for line in sys.stdin:
        action = actions.get(line.strip())
        if action is None:
            break
        started = time.perf_counter()
        action()
        print(time.perf_counter() - started, file=answers, flush=True)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog=f"python -m {Path(__file__).stem}")
    for name in ("--contender", "--study", "--workload"):
        parser.add_argument(name, required=True)
    parser.add_argument("--threads", type=int, required=True)
    return parser.parse_args()


if __name__ == "__main__":
    main()
