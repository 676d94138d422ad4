"""`python -m benchmarks.gate.worker CONTENDER THREADS`: one contender, taken through the gate.

It says `ready`, then answers every line of standard input, a `Request` in JSON, with an `Answer`.
"""

import sys
import time
import traceback

from benchmarks.gate import defects as _defects  # noqa: F401 (registers them)
from benchmarks.gate.messages import Answer, Request
from benchmarks.gate.planted import DEFECTS
from benchmarks.gate.planter import Planter
from runners.harness.contender.registry import create


def main() -> None:
    """Configure the contender, say `ready`, serve."""
    name, threads = sys.argv[1], int(sys.argv[2])
    answers = sys.stdout
    sys.stdout = sys.stderr
    contender = create(name)
    contender.configure("cpu", threads, 0)
    planter = Planter(contender, threads)
    print("ready", file=answers, flush=True)
    for line in sys.stdin:
        answer = take(planter, Request.model_validate_json(line))
        print(answer.model_dump_json(), file=answers, flush=True)


def take(planter: Planter, request: Request) -> Answer:
    """Return what the gate finds, or what went wrong: a defect must not end the others' turn."""
    started = time.perf_counter()
    was_run = None
    try:
        if request.defect is not None:
            equivalence, was_run = planter.verify_wrong(DEFECTS[request.defect])
        elif request.scaled_gradient is not None:
            wrong = request.scaled_gradient
            equivalence = planter.verify_scaled(request.trial, wrong.tensor, wrong.factor)
        else:
            equivalence = planter.verify_right(request.trial, request.seed, request.offset)
    except Exception:
        error = traceback.format_exc(limit=-3)
        return Answer(error=error, seconds=time.perf_counter() - started)
    seconds = time.perf_counter() - started
    return Answer(equivalence=equivalence, was_run=was_run, seconds=seconds)


if __name__ == "__main__":
    main()
