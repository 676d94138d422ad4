"""The smallest error in the gradient of one tensor that the gate sees, on deep networks by Velox.

In float32, where rounding alone moves such a network's gradients, this is what the gate is worth.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table

from benchmarks.gate.messages import Request, ScaledGradient
from benchmarks.gate.parts.findings import Findings
from benchmarks.gate.parts.gate_worker import GateWorker
from benchmarks.gate.trials import RESNET, VGG
from contract.contender import ContenderInfo

CONTENDER = "velox"
ERRORS = (1e-3, 3e-4, 1e-4, 3e-5)
"""Relative, from what has to be seen downwards."""
LARGER_ERRORS = (3e-3, 1e-2, 3e-2, 1e-1)
"""Tried upwards where the first of them passes."""
TENSORS: Mapping[str, tuple[str, ...]] = {
    RESNET: (
        "conv.kernel",
        "stage1-block1-norm1.gamma",
        "stage2-block1-conv1.kernel",
        "stage3-block1-shortcut.kernel",
        "stage4-block2-norm2.beta",
        "dense.bias",
    ),
    VGG: ("conv1-1.kernel", "conv3-2.kernel", "conv5-3.kernel", "dense1.kernel", "dense2.bias"),
}


@dataclass(frozen=True)
class Sensitivity:
    """How small an error of one tensor's gradient the gate sees."""

    trial: str
    tensor: str
    smallest_seen: float | None
    """Relative; None: not even the largest that was tried."""

    @property
    def is_enough(self) -> bool:
        """Whether it sees what it has to."""
        return self.smallest_seen is not None and self.smallest_seen <= ERRORS[0]

    def to_json(self) -> dict[str, object]:
        """Return it as a record."""
        return {"trial": self.trial, "tensor": self.tensor, "smallest_seen": self.smallest_seen}


def run(contenders: Iterable[ContenderInfo], threads: int, console: Console) -> Findings:
    """Find the smallest error seen in each tensor by Velox, if it is among the contenders."""
    sweeps = [_sweep(info, threads, console) for info in contenders if info.name == CONTENDER]
    found = [each for sweep in sweeps for each in sweep]
    console.print(sensitivity_table(found))
    is_well = all(each.is_enough for each in found)
    return Findings([each.to_json() for each in found], is_well)


def _sweep(info: ContenderInfo, threads: int, console: Console) -> Iterator[Sensitivity]:
    with GateWorker(info, threads) as worker:
        for trial, tensors in TENSORS.items():
            for tensor in tensors:
                found = Sensitivity(trial, tensor, _smallest_seen(worker, trial, tensor))
                console.print(
                    f"{trial}, {tensor}: {_percent(found.smallest_seen)}", highlight=False
                )
                yield found


def _smallest_seen(worker: GateWorker, trial: str, tensor: str) -> float | None:
    """Go down while errors are seen; up where the first is not."""
    smallest: float | None = None
    for error in ERRORS:
        if not _is_seen(worker, trial, tensor, error):
            break
        smallest = error
    if smallest is not None:
        return smallest
    return next((error for error in LARGER_ERRORS if _is_seen(worker, trial, tensor, error)), None)


def _is_seen(worker: GateWorker, trial: str, tensor: str, error: float) -> bool:
    """Ask the gate; RuntimeError where it comes to no verdict."""
    wrong = ScaledGradient(tensor=tensor, factor=1 + error)
    answer = worker.ask(Request(trial=trial, scaled_gradient=wrong))
    if answer.verdict == "broken":
        raise RuntimeError(answer.error)
    return answer.verdict == "seen"


def sensitivity_table(found: list[Sensitivity]) -> Table:
    """Return the smallest errors seen."""
    title = f"Smallest error seen in one tensor's gradient, {CONTENDER} in float32"
    table = Table("trial", "tensor", title=title)
    table.add_column("error", justify="right")
    for each in found:
        table.add_row(each.trial, each.tensor, _percent(each.smallest_seen))
    return table


def _percent(error: float | None) -> str:
    return f"over {100 * LARGER_ERRORS[-1]:g} %" if error is None else f"{100 * error:g} %"
