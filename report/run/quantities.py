"""What statements compare, as one protocol measured it, and where a page has it."""

from __future__ import annotations

from dataclasses import dataclass

from contract.base import Protocol
from contract.comparison import Quantity
from report.run.measurements import Setting


@dataclass(frozen=True)
class StatedQuantity:
    """A metric of one contender that some statement of a study compares."""

    study: str
    quantity: Quantity
    """Without a factor: comparisons differ in these, samples do not."""
    protocol: Protocol
    """Under which it was measured; of no meaning for metrics of development."""

    @classmethod
    def of(cls, study: str, side: Quantity, protocol: Protocol) -> StatedQuantity:
        """Return what a side of a comparison measures."""
        return cls(study, side.model_copy(update={"factor": 1.0}), protocol)

    @property
    def setting(self) -> Setting | None:
        """What was repeated to measure it; None for a metric of development."""
        side = self.quantity
        if side.workload is None or side.device is None or side.task is None:
            return None
        which = (self.study, side.workload, side.contender, self.protocol)
        return Setting(*which, side.device, side.task)

    @property
    def anchor(self) -> str:
        """Of its row among the numbers: `s2.mnist-cnn.velox.matched.cpu.turns.step_seconds`.

        As the ids of its jobs begin, so that it stays the same in every report.
        """
        side, setting = self.quantity, self.setting
        if setting is None:
            return f"{self.study}.{side.contender}.{side.metric}"
        return (
            f"{self.study}.{setting.workload}.{setting.contender}.{setting.protocol}"
            f".{setting.device}.{setting.task}.{side.metric}"
        )

    @property
    def samples_anchor(self) -> str:
        """Of its samples, block by block."""
        return f"samples-{self.anchor}"


def anchor_of(study: str, side: Quantity, protocol: Protocol) -> str:
    """Return by which a link finds the row of a side of a comparison; with `#` before it."""
    return StatedQuantity.of(study, side, protocol).anchor
