"""What a framework says to its user's mistakes: S1's "debugging", in points.

Every framework gets the same mistakes through the same interface, each on a network built anew, in
a process beside this one. A process that dies is a finding too: the others' mistakes are then made
in the next.
"""

import pickle
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from contract.job import JobSpec
from contract.outcomes import Mistake
from runners.harness.contender.contender import Contender
from runners.harness.contender.network import FloatArray, TargetArray
from runners.harness.errors import RunnerError
from runners.harness.tasks.mistakes import process as mistake_process
from runners.harness.tasks.mistakes.kinds import MistakeBatch, possible
from runners.harness.tasks.mistakes.points import judge
from runners.harness.tasks.mistakes.process import READY, Answer, Order

DEADLINE_SECONDS = 120.0
"""For all that one process does."""
_ROOT = str(Path(__file__).parents[4]) + "/"


def make_mistakes(
    contender: Contender, job: JobSpec, inputs: FloatArray, targets: TargetArray
) -> tuple[Mistake, ...]:
    """Make every mistake that the job admits; return what the framework said to each.

    Where a process died, `error_type` says by which signal or with which exit code it ended; where
    it did not come to an end, what was computed is unknown. No error was raised in either case.

    Args:
        contender: Whose class is made afresh in the other process, without arguments.
        job: Names network, training, device and seed.
        inputs: Samples, at least one; a batch of the first is made mistakes of.
        targets: Theirs.

    Raises:
        RunnerError: not even a correct step could be taken there.
    """
    size = job.training.batch_size
    batch = MistakeBatch(job, inputs[:size], targets[:size])
    kinds = possible(job)
    # An error on a GPU outlives the call that caused it: there every mistake has its own process.
    groups = [kinds] if job.device == "cpu" else [(kind,) for kind in kinds]
    return tuple(mistake for group in groups for mistake in _made((type(contender), batch, group)))


def _made(order: Order) -> Iterator[Mistake]:
    """Yield what was said to all mistakes of an order, in as many processes as it takes."""
    contender, batch, kinds = order
    model = batch.job.model
    while kinds:
        answers, ending = _answers((contender, batch, kinds))
        for answer in answers:
            message = answer.message.replace(_ROOT, "")  # the same on every machine
            raised = bool(answer.error_type)
            yield judge(answer.kind, model, answer.error_type, message, raised=raised)
        kinds = kinds[len(answers) :]
        if kinds:
            yield judge(kinds[0], model, _told(ending), "", raised=False)
            kinds = kinds[1:]


def _answers(order: Order) -> tuple[list[Answer], int | None]:
    """Return a process's answers, and its exit code; None where it was stopped at the deadline."""
    process = subprocess.Popen(
        [sys.executable, "-m", mistake_process.__name__],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    ending: int | None
    try:
        written, _ = process.communicate(pickle.dumps(order), DEADLINE_SECONDS)
        ending = process.returncode
    except subprocess.TimeoutExpired:
        process.kill()
        written, _ = process.communicate()
        ending = None
    ready, *lines = written.decode().splitlines() or [""]
    if ready != READY:
        raise RunnerError(
            f"no correct step could be taken before the mistakes: the process {_told(ending)}",
            "the job's log.txt has the traceback",
        )
    return [Answer.model_validate_json(line) for line in lines], ending


def _told(ending: int | None) -> str:
    if ending is None:
        return f"gave no answer within {DEADLINE_SECONDS:.0f} s"
    if ending < 0:
        return f"killed by {signal.Signals(-ending).name}"
    return f"ended with exit code {ending}"
