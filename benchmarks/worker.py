"""`python -m benchmarks.worker CONTENDER STUDY WORKLOAD THREADS`: one contender, held ready.

It reads a line from standard input and answers with seconds: `step` takes one training step,
`predict` predicts 100 images; anything else ends it.
"""

import sys
import time
from collections.abc import Callable

import numpy as np

from contract.study import load_studies
from runners.harness.contender.network import TargetArray
from runners.harness.contender.registry import create
from runners.harness.contender.weights import canonical_weights
from runners.harness.job.cli import STUDIES_DIR

PREDICTED = 100


def main() -> None:
    """Build the network, say `ready`, serve."""
    name, study, workload_id, threads = sys.argv[1:]
    workload = load_studies(STUDIES_DIR)[study].workload(workload_id)
    contender = create(name)
    contender.configure("cpu", int(threads), 0)
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


if __name__ == "__main__":
    main()
