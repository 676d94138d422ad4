"""Whether matched contenders agree on the first epoch's training loss, as equal ones do."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from statistics import median

from contract.base import Device
from contract.layers import all_layers
from contract.layers.dropout import Dropout
from report.run.records import Job, Run

LARGEST_LOSS_DIFFERENCE = 1e-2
"""Of the median loss of a block. Contenders that are equal differed by 1.4e-3 at worst: S5's
ResNet-18 after two steps, for Adam's first step has the sign of each gradient, however near to 0
that is; S2's network by 1.04e-3 after 313. Measured over the studies' networks without dropout,
whose masks every framework draws for itself."""


@dataclass(frozen=True)
class BlockLosses:
    """The first epoch's training losses of one block of a workload."""

    study: str
    workload: str
    device: Device
    block: int
    losses: Mapping[str, float]
    """By contender."""

    @property
    def difference(self) -> float:
        """Between the highest and the lowest loss, as a multiple of the median."""
        values = self.losses.values()
        return (max(values) - min(values)) / self._scale

    @property
    def agree(self) -> bool:
        """Whether no two of the losses differ by more than is allowed."""
        return self.difference <= LARGEST_LOSS_DIFFERENCE

    @property
    def outliers(self) -> tuple[str, ...]:
        """The contenders that disagree with the median, so that those who are left agree.

        Half of what is allowed lies on either side of the median; of two contenders that disagree,
        both are outliers.
        """
        if self.agree:
            return ()
        middle = median(self.losses.values())
        room = LARGEST_LOSS_DIFFERENCE / 2 * self._scale
        return tuple(name for name, loss in self.losses.items() if abs(loss - middle) > room)

    @property
    def _scale(self) -> float:
        return abs(median(self.losses.values())) or 1.0


def block_losses(run: Run, jobs: Iterable[Job]) -> Iterator[BlockLosses]:
    """Yield the blocks in which at least two of the jobs have to agree.

    Args:
        run: Whose studies tell which workloads have a defect on purpose.
        jobs: Of contenders that passed the equivalence gate.
    """
    found: dict[tuple[str, str, Device, int], dict[str, float]] = {}
    for job in jobs:
        if job.result is not None and job.result.history and _has_to_agree(run, job):
            which = job.identity
            block = (which.study, which.workload, which.device, which.repeat)
            found.setdefault(block, {})[which.contender] = job.result.history[0].train_loss
    return (BlockLosses(*block, losses) for block, losses in found.items() if len(losses) > 1)


def _has_to_agree(run: Run, job: Job) -> bool:
    """Tell whether a job trained by the matched protocol, without dropout or a known defect."""
    if job.identity.protocol != "matched" or job.spec is None:
        return False
    workload = run.workload(job.identity.study, job.identity.workload)
    if workload is not None and workload.gate_fails_because:
        return False
    return not any(isinstance(layer, Dropout) for layer in all_layers(job.spec.model.layers))
