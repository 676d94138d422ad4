"""Whether the machine was the same all along, by what the sentinels took. Pure functions.

Blocks are randomised, so that a drift of the machine falls on all contenders alike on average; in
the few blocks that a study has, average is little comfort. A block is flagged where the machine
changed by more than `DRIFT_PERCENT` beyond what the sentinel itself scatters.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median, median_low, quantiles

from contract.journal import Entry, JobEntry, SentinelReading, SetAside

DRIFT_PERCENT = 5.0
"""A difference between contenders that a study would report is rarely smaller."""
STEAL_PERCENT = 2.0
"""Of CPU time that a hypervisor may take during a block before it is flagged."""


@dataclass(frozen=True)
class Shift:
    """How far two sentinel times are apart."""

    fast_seconds: float
    slow_seconds: float
    spread_percent: float
    """Interquartile range over median of the samples behind them, the larger of the two."""

    @property
    def percent(self) -> float:
        """By how much the slow one is slower."""
        return 100 * (self.slow_seconds / self.fast_seconds - 1)

    @property
    def drifted(self) -> bool:
        """Whether that is more than the threshold beyond the spread."""
        return self.percent > DRIFT_PERCENT + self.spread_percent


@dataclass(frozen=True)
class BlockDrift:
    """What the sentinels of one block say."""

    block: int
    within: Shift | None
    """The slowest reading against the fastest; None: not read first and last, drift unknown."""
    between: Shift | None
    """The block against the middle one of the run; None where that is the block itself."""
    steal_percent: float | None
    """The most that was taken between two readings; None where nothing was counted."""

    @property
    def drifted(self) -> bool:
        """Whether the block should be run again."""
        moved = any(shift is not None and shift.drifted for shift in (self.within, self.between))
        return moved or (self.steal_percent or 0) > STEAL_PERCENT


@dataclass
class _Stretch:
    """What ran of a block without interruption, and the readings around it."""

    block: int
    readings: list[SentinelReading] = field(default_factory=list)
    jobs: set[str] = field(default_factory=set)
    ran: bool = False
    """Whether any job did."""
    set_aside: bool = False
    """Whether its whole block was."""

    @property
    def lost(self) -> bool:
        """Whether every job of it was set aside, and not run again: nothing that counts is left."""
        return self.set_aside or (self.ran and not self.jobs)


def readings_by_block(entries: Iterable[Entry]) -> dict[int, list[SentinelReading]]:
    """Return the readings that count: those around jobs that count, in order."""
    stretches: list[_Stretch] = []
    for entry in entries:
        if isinstance(entry, SentinelReading):
            if entry.position == "first" or not stretches or stretches[-1].block != entry.block:
                stretches.append(_Stretch(entry.block))
            stretches[-1].readings.append(entry)
        elif isinstance(entry, JobEntry):
            if stretches and stretches[-1].block == entry.block:
                stretches[-1].jobs.add(entry.job_id)
                stretches[-1].ran = True
        elif isinstance(entry, SetAside):
            _set_aside(stretches, entry)
    found: dict[int, list[SentinelReading]] = {}
    for stretch in sorted(stretches, key=lambda stretch: stretch.block):
        if not stretch.lost:
            found.setdefault(stretch.block, []).extend(stretch.readings)
    return found


def _set_aside(stretches: Iterable[_Stretch], entry: SetAside) -> None:
    for stretch in stretches:
        if entry.job_id is None:
            stretch.set_aside |= stretch.block == entry.block
        else:
            stretch.jobs.discard(entry.job_id)


def judge_blocks(readings: Mapping[int, Sequence[SentinelReading]]) -> list[BlockDrift]:
    """Return what is to be said of each block, flagged or not.

    Args:
        readings: By block; an interrupted block has a first reading for each of its starts.
    """
    samples = {block: _samples(found) for block, found in readings.items()}
    if not samples:
        return []
    # Of an even number the faster one: what disturbs a machine makes it slower.
    middle = median_low(map(median, samples.values()))
    reference = next(found for found in samples.values() if median(found) == middle)
    return [
        BlockDrift(
            block,
            _within(found),
            None if samples[block] is reference else _shift(samples[block], reference),
            max((r.since_first.steal_percent for r in found if r.since_first), default=None),
        )
        for block, found in readings.items()
    ]


def _samples(readings: Iterable[SentinelReading]) -> list[float]:
    return [seconds for reading in readings for seconds in reading.samples_seconds]


def _within(readings: Sequence[SentinelReading]) -> Shift | None:
    if {reading.position for reading in readings} != {"first", "last"}:
        return None
    by_speed = sorted(readings, key=lambda reading: median(reading.samples_seconds))
    return _shift(by_speed[0].samples_seconds, by_speed[-1].samples_seconds)


def _shift(some: Sequence[float], others: Sequence[float]) -> Shift:
    fast, slow = sorted((median(some), median(others)))
    return Shift(fast, slow, max(_spread_percent(some), _spread_percent(others)))


def _spread_percent(samples: Sequence[float]) -> float:
    low, _, high = quantiles(samples, n=4, method="inclusive")
    return 100 * (high - low) / median(samples)
