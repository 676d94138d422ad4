"""What a run says about the statements of its studies: `report.json` in the run's folder."""

from __future__ import annotations

from typing import Literal

from contract.base import SCHEMA_VERSION, Device, ProfileName, Protocol, Record, SchemaVersion, Slug
from contract.numbers import Count
from contract.statement import StatementId

StatementVerdict = Literal[
    "reproduced", "contradicted", "equal within 5 %", "inconclusive", "not testable here"
]
DECISIONS: tuple[StatementVerdict, ...] = ("reproduced", "contradicted", "equal within 5 %")
"""The verdicts that settle a statement."""


class OpenStatement(Record):
    """A statement that was tested, and that the test does not decide."""

    id: StatementId
    blocks_needed: float | None
    """After how many blocks of turns it would be decided, if they go on as so far; 0 where turns
    say nothing of it; None where no reasonable number would do."""
    by_turns: dict[Slug, tuple[Slug, ...]]
    """By workload, the contenders whose turns it rests on."""


class StudyLook(Record):
    """How far the statements of a study are decided on a device while a run goes on."""

    study: Slug
    device: Device | None = None
    """None in journals of before a run could have several."""
    decided: dict[StatementId, StatementVerdict]
    open: tuple[OpenStatement, ...]


class PairedNumbers(Record):
    """The test of one comparison, left side against right side, over pairs that share a block."""

    scale: Literal["ratio", "difference"]
    estimate: float
    """ratio: geometric mean of left ÷ right; difference: mean of left − right."""
    low: float
    """Of the estimate's 95 % interval, as `high`."""
    high: float
    blocks: Count
    p: float
    """Of the hypothesis that the sides are equal, corrected for the number of comparisons."""
    p_equal: float | None
    """Of the hypothesis that they differ by 5 % or more, likewise; None where none was made."""


class ProtocolVerdict(Record):
    """What a reading comes to under one protocol."""

    protocol: Protocol
    verdict: StatementVerdict
    measured: tuple[str, ...]
    """Both sides in words, a line per comparison."""
    comparisons: tuple[PairedNumbers, ...]
    """Of those that have a test."""
    reasons: tuple[str, ...]
    """The test in words, or why there is none, and what would settle it."""


class ReadingVerdict(Record):
    """What one reading of a statement comes to on a device."""

    sense: str
    workload: Slug
    device: Device
    holds: str
    """The comparisons as the study's file has them; empty where it is untestable."""
    primary: bool
    because: str
    carried_over: bool
    """Whether the study does not speak of this device."""
    runs: tuple[str, ...]
    """The run that the verdicts are of, by the name of its folder; the CPU's and the GPU's where
    they are compared and two runs of one machine measured them."""
    dissent: dict[str, StatementVerdict]
    """By run, the verdicts of those that decide otherwise; of primary readings alone."""
    verdict: StatementVerdict
    """Of the study's own protocol where that was run often enough, otherwise of the matched one."""
    protocols: tuple[ProtocolVerdict, ...]


class StatementVerdicts(Record):
    """A statement with its verdicts on the devices of the run."""

    id: StatementId
    text: str
    place: str
    published: str
    published_ratio: dict[Device, float]
    same_as: tuple[StatementId, ...]
    verdicts: dict[Device, StatementVerdict]
    """By device, that of the primary reading; none where no reading is of a device of the run."""
    readings: tuple[ReadingVerdict, ...]


class StudyVerdicts(Record):
    """The statements of one study."""

    id: Slug
    title: str
    statements: tuple[StatementVerdicts, ...]


class ReportRecord(Record):
    """The verdicts of one run, or of several that were joined."""

    schema_version: SchemaVersion = SCHEMA_VERSION
    run: str
    joined_runs: tuple[str, ...]
    """The others whose statements are joined to its own, by the names of their folders."""
    profile: ProfileName | None
    """None where the run left no record of it."""
    counts: dict[Device, dict[StatementVerdict, int]]
    """By device: how many statements have which verdict; repetitions count no second time."""
    need_another_device: tuple[StatementId, ...]
    """Statements that can be judged only on a device that the run did not have."""
    studies: tuple[StudyVerdicts, ...]
