"""One metric of one setting over the repeats."""

from __future__ import annotations

from dataclasses import dataclass, replace

from report.statistics.paired import Pair
from report.statistics.summary import Summary, summarise


@dataclass(frozen=True)
class Measurement:
    """A metric of one setting over the repeats, in the contract's unit unless scaled."""

    samples: tuple[float, ...]
    """One per repeat; where a job timed many calls, their median, of turns their geometric mean."""
    raw: tuple[tuple[float, ...], ...]
    """Every number that was measured, by repeat."""
    blocks: tuple[int, ...]
    """The number of each sample's block."""
    missing: str
    """Why there is no sample; empty where there is one."""

    @property
    def summary(self) -> Summary | None:
        """The samples in brief; None where there is none."""
        return summarise(self.samples) if self.samples else None

    def scaled(self, factor: float) -> Measurement:
        """Return the measurement in another unit."""
        return replace(
            self,
            samples=tuple(sample * factor for sample in self.samples),
            raw=tuple(tuple(value * factor for value in values) for values in self.raw),
        )

    @property
    def by_block(self) -> dict[int, float]:
        """The samples by the number of their block."""
        return dict(zip(self.blocks, self.samples, strict=True))


def pairs(first: Measurement, second: Measurement) -> list[Pair]:
    """Return the samples of every block that has both, first beside second."""
    others = second.by_block
    return [(value, others[block]) for block, value in first.by_block.items() if block in others]
