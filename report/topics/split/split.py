"""Splits a gap into what the framework made of it and what its defaults made."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from contract.base import Device
from contract.published import PublishedRow
from report.run.comparison import Comparison, Entry
from report.run.near_zero import is_near_zero
from report.statistics.paired import EffectScale, PairedTest, distance, paired_by
from report.statistics.summary import SIGNIFICANCE
from report.vocabulary.numbers import listed, rounded
from report.vocabulary.presentation import Style, presentation

_ONE_BLOCK = (
    "own defaults and everything equal share fewer than two blocks, which cannot tell what the "
    "defaults made from chance; `--profile paper` repeats both"
)
_NEAR_ZERO = "some of the numbers are too near to zero for a ratio to mean anything"


@dataclass(frozen=True)
class Gap:
    """How far a contender is from the reference: a ratio, or a difference for shares."""

    test: PairedTest

    @property
    def value(self) -> float:
        """The mean over the blocks."""
        return self.test.estimate

    @property
    def may_be_none(self) -> bool:
        """Whether the test does not tell it from equality."""
        return self.test.p > SIGNIFICANCE


@dataclass(frozen=True)
class Split:
    """A gap as the study ran it, and its two parts.

    Over the same blocks, so that exactly: as run = framework × defaults (+ where differences).
    """

    row: PublishedRow
    device: Device
    contender: str
    reference: str
    scale: EffectScale
    paper: float | None
    """The paper's own gap; None where it gives no two numbers, or no ratio of them is one."""
    as_run: Gap
    """Each with its own defaults."""
    framework: Gap
    """With everything equal."""
    defaults: Gap
    blocks: int


@dataclass(frozen=True)
class Unsplit:
    """A gap that both protocols measured, and that cannot be split."""

    row: PublishedRow
    reason: str


def split_rows(
    published: Sequence[Comparison], matched: Sequence[Comparison]
) -> tuple[Split | Unsplit, ...]:
    """Split every row that both protocols measured, each contender against the reference."""
    return tuple(
        found
        for own, equal in zip(published, matched, strict=True)
        for device in dict.fromkeys(entry.column.device for entry in equal.entries)
        for found in _splits(own.row, device, _by_name(own, device), _by_name(equal, device))
    )


def in_a_sentence(split: Split, styles: Mapping[str, Style]) -> str:
    """Say where a gap comes from, and which of it may be chance: "of a gap of 2.1 ×, …"."""
    first, second = styles[split.contender].title, styles[split.reference].title
    parts = [shown_gap(split, gap.value) for gap in (split.as_run, split.framework, split.defaults)]
    told = (
        f"{first} against {second}: of a gap of {parts[0]}, the framework made {parts[1]}, "
        f"the defaults {parts[2]}."
    )
    named = {"the gap": split.as_run, "the framework": split.framework, "defaults": split.defaults}
    uncertain = [name for name, gap in named.items() if gap.may_be_none]
    return f"{told} Not told from none: {listed(uncertain)}." if uncertain else told


def shown_gap(split: Split, value: float) -> str:
    """Return a gap with its sign or its times: 1.30 ×, +0.45 points."""
    space = "\N{NO-BREAK SPACE}"
    if split.scale == "ratio":
        return f"{rounded(value)}{space}×"
    return f"{value:+.2f}{space}points"


def _by_name(comparison: Comparison, device: Device) -> dict[str, Entry]:
    return {entry.contender: entry for entry in comparison.on(device) if entry.comparable}


def _splits(
    row: PublishedRow, device: Device, own: Mapping[str, Entry], equal: Mapping[str, Entry]
) -> Iterator[Split | Unsplit]:
    names = [name for name in equal if name in own]
    if len(names) < 2:
        return
    preferred = presentation().reference
    reference = preferred if preferred in names else names[0]
    for name in names:
        if name != reference:
            yield _split(row, device, (own[name], own[reference]), (equal[name], equal[reference]))


def _split(
    row: PublishedRow, device: Device, own: tuple[Entry, Entry], equal: tuple[Entry, Entry]
) -> Split | Unsplit:
    """Split one gap, over the blocks that all four have."""
    scale: EffectScale = "difference" if row.unit == "%" else "ratio"
    by_block = [entry.measured.by_block for entry in (*own, *equal)]
    blocks = [block for block in by_block[0] if all(block in found for found in by_block[1:])]
    rows = [tuple(found[block] for found in by_block) for block in blocks]
    if scale == "ratio" and any(is_near_zero(row, side) for side in zip(*rows, strict=True)):
        return Unsplit(row, _NEAR_ZERO)
    as_run = [(first, second) for first, second, _, _ in rows]
    framework = [(first, second) for _, _, first, second in rows]
    defaults = [
        (distance(scale, first), distance(scale, second))
        for first, second in zip(as_run, framework, strict=True)
    ]
    tests = [paired_by(scale, pairs) for pairs in (as_run, framework, defaults)]
    gaps = [Gap(test) for test in tests if test is not None]
    if len(gaps) < len(tests):
        return Unsplit(row, _ONE_BLOCK)
    return Split(
        row=row,
        device=device,
        contender=own[0].contender,
        reference=own[1].contender,
        scale=scale,
        paper=_paper(row, scale, own),
        as_run=gaps[0],
        framework=gaps[1],
        defaults=gaps[2],
        blocks=len(blocks),
    )


def _paper(row: PublishedRow, scale: EffectScale, entries: tuple[Entry, Entry]) -> float | None:
    first, second = (entry.published for entry in entries)
    if first is None or second is None:
        return None
    if scale == "ratio" and (is_near_zero(row, [first]) or is_near_zero(row, [second])):
        return None
    return distance(scale, (first, second))
