"""Takes the contenders through the gate as they are: whatever it says of them is false."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table

from benchmarks.gate.messages import Answer, Request
from benchmarks.gate.parts.findings import Findings
from benchmarks.gate.parts.gate_worker import GateWorker
from benchmarks.gate.trials import (
    DROPPING,
    FEATURES,
    IMAGES,
    MNIST_CNN,
    REGRESSION,
    RESIDUAL,
    RESNET,
    SHIFTED,
    VGG,
)
from contract.contender import ContenderInfo

TRIALS = (
    FEATURES,
    IMAGES,
    SHIFTED,
    RESIDUAL,
    REGRESSION,
    DROPPING,
    "petrol-mlp",
    "mnist-mlp",
    MNIST_CNN,
    RESNET,
    VGG,
)
DEEP = (RESNET, VGG)


@dataclass(frozen=True)
class Control:
    """A contender with nothing planted, and what the gate said."""

    contender: str
    request: Request
    answer: Answer

    def to_json(self) -> dict[str, object]:
        """Return what is worth keeping."""
        return {
            "contender": self.contender,
            "trial": self.request.trial,
            "seed": self.request.seed,
            "offset": self.request.offset,
            "verdict": self.answer.verdict,
            "error": self.answer.error,
            "seconds": self.answer.seconds,
            "failed": [check.model_dump() for check in self.answer.failed().values()],
        }


def run(
    contenders: Iterable[ContenderInfo],
    requests: Sequence[Request],
    threads: int,
    console: Console,
) -> Findings:
    """Answer the requests by every contender; print the false alarms."""
    controls = list(_verify_all(contenders, requests, threads, console))
    console.print(false_alarm_table(controls))
    is_well = all(each.answer.verdict == "passed" for each in controls)
    return Findings([each.to_json() for each in controls], is_well)


def requests(trials: Iterable[str], seeds: int, offsets: int) -> list[Request]:
    """Return every trial with every seed and offset."""
    return [
        Request(trial=trial, seed=seed, offset=offset)
        for trial in trials
        for seed in range(seeds)
        for offset in range(offsets)
    ]


def _verify_all(
    contenders: Iterable[ContenderInfo],
    requests: Sequence[Request],
    threads: int,
    console: Console,
) -> Iterator[Control]:
    """Yield what came of every request.

    A contender that has a limit of work is not tried on deep networks: no study asks it for them.
    """
    for info in contenders:
        with GateWorker(info, threads) as worker:
            for request in requests:
                if request.trial in DEEP and info.abilities.most_multiply_adds is not None:
                    continue
                found = Control(info.name, request, worker.ask(request))
                console.print(_line(found), highlight=False, soft_wrap=True)
                yield found


def _line(found: Control) -> str:
    answer = found.answer
    said = {"passed": "right", "seen": "ACCUSED", "broken": "broken"}[answer.verdict]
    missed = "; ".join(
        f"{kind} {check.error:.1e} of {check.tolerance:.0e}, {check.worst}"
        for kind, check in answer.failed().items()
    )
    request = found.request
    where = f"{found.contender} on {request.trial}, seed {request.seed}, offset {request.offset}"
    return f"{said:7}  {answer.seconds:5.1f} s  {where}  {missed}{answer.error}"


def false_alarm_table(controls: list[Control]) -> Table:
    """Return the false alarms by trial and contender, of how many verdicts."""
    contenders = list(dict.fromkeys(found.contender for found in controls))
    table = Table("trial", title="False alarms")
    for name in contenders:
        table.add_column(name, justify="right")
    for trial in dict.fromkeys(found.request.trial for found in controls):
        cells = []
        for name in contenders:
            found = [
                each for each in controls if (each.request.trial, each.contender) == (trial, name)
            ]
            alarms = sum(each.answer.verdict != "passed" for each in found)
            cells.append(f"{alarms} of {len(found)}" if found else "–")
        table.add_row(trial, *cells)
    return table
