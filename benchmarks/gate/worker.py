"""`python -m benchmarks.gate.worker CONTENDER THREADS`: one contender, taken through the gate.

It says `ready`, then answers every line of standard input, a `Request` in JSON, with an `Answer`.
"""

import sys
import time
import traceback

from benchmarks.gate import defects as _defects  # noqa: F401 (registers them)
from benchmarks.gate.planted import DEFECTS
from benchmarks.gate.planter import Planter
from contract.base import Record
from contract.evidence import Equivalence
from runners.harness.contender.registry import create


class Request(Record):
    """Which defect to plant; without one, what to try the right contender on."""

    defect: str | None = None
    trial: str = ""
    seed: int = 0
    offset: int = 0


class Answer(Record):
    """What came of a request."""

    equivalence: Equivalence | None = None
    error: str = ""
    """Why there is no evidence."""
    seconds: float
    """How long the gate took, and the building of what was planted."""


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
        answer = _answer(planter, Request.model_validate_json(line))
        print(answer.model_dump_json(), file=answers, flush=True)


def _answer(planter: Planter, request: Request) -> Answer:
    """Return what the gate finds, or what went wrong: a defect must not end the others' turn."""
    started = time.perf_counter()
    try:
        if request.defect is None:
            found = planter.verify_right(request.trial, request.seed, request.offset)
        else:
            found = planter.verify_wrong(DEFECTS[request.defect])
    except Exception:
        error = traceback.format_exc(limit=-3)
        return Answer(error=error, seconds=time.perf_counter() - started)
    return Answer(equivalence=found, seconds=time.perf_counter() - started)


if __name__ == "__main__":
    main()
