"""Makes mistakes in a process of its own, where a crash is a finding and harms nobody.

Reads an order from standard input. On standard output it says that it is ready, once a correct step
was taken; then it gives an answer per mistake, a line of JSON each.
"""

import os
import pickle
import resource
import sys
from contextlib import suppress
from typing import TextIO

from contract.base import Record
from contract.job import JobSpec
from contract.outcomes import MistakeKind
from runners.harness.contender.contender import Contender
from runners.harness.contender.network import Network
from runners.harness.contender.weights import canonical_weights
from runners.harness.tasks.mistakes.kinds import MISTAKES, MistakeBatch

READY = "ready"

Order = tuple[type[Contender], MistakeBatch, tuple[MistakeKind, ...]]
"""The contender, made afresh; the batch that it gets wrong; the mistakes in their order."""


class Answer(Record):
    """What the framework said."""

    kind: MistakeKind
    error_type: str = ""
    message: str = ""


def _main(answers: TextIO) -> None:
    order: Order = pickle.load(sys.stdin.buffer)  # written by the harness that started this process
    make_contender, batch, kinds = order
    job = batch.job
    contender = make_contender()
    contender.configure(job.device, job.limits.threads, job.seed)
    sound = _build(contender, job)
    sound.train_step(batch.inputs, batch.targets)
    sound.close()
    print(READY, file=answers, flush=True)
    for kind in kinds:
        network = _build(contender, job)
        answer = Answer(kind=kind)
        try:
            MISTAKES[kind](network, batch)
        except Exception as error:
            answer = Answer(kind=kind, error_type=type(error).__name__, message=str(error))
        print(answer.model_dump_json(), file=answers, flush=True)
        with suppress(Exception):  # what a mistake broke need not close well
            network.close()


def _build(contender: Contender, job: JobSpec) -> Network:
    weights = canonical_weights(job.model, job.seed)
    return contender.build(job.model, job.training, weights, "float32")


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a crash leaves no files
    with os.fdopen(os.dup(1), "w") as _answers:
        os.dup2(2, 1)  # whatever a framework prints is no answer
        _main(_answers)
