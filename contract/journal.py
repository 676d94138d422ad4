"""What a run did, line by line in the order of time: `journal.jsonl` in the run's folder.

Lines are added and never taken away. What a later line sets aside is no longer part of the run, but
its files and its lines are still there.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Literal

from pydantic import (
    AwareDatetime,
    Field,
    NonNegativeFloat,
    NonNegativeInt,
    PositiveFloat,
    PositiveInt,
    TypeAdapter,
)

from contract.base import Record, Slug
from contract.metrics import Share
from contract.names import JOURNAL_NAME
from contract.result import Status
from contract.untrusted import UntrustedError, parse_with, read_plain_file
from contract.verdicts import StudyLook

THIS_MACHINE: Slug = "this-machine"
"""Name of the host that the orchestrator itself runs on."""


class HostLoad(Record):
    """What the whole machine did between two moments, by the kernel's counters."""

    seconds: PositiveFloat
    busy_percent: NonNegativeFloat
    """Of all CPUs, by jobs of ours and by anything else."""
    steal_percent: NonNegativeFloat
    """Time that a hypervisor gave to other machines while this one had work to do."""
    load_average: NonNegativeFloat
    """Of the last minute, at the end."""


class SentinelReading(Record):
    """A fixed computation, timed before the first or after the last timed job of a block."""

    kind: Literal["sentinel"] = "sentinel"
    host: Slug = THIS_MACHINE
    block: PositiveInt
    position: Literal["first", "last"]
    started: AwareDatetime
    samples_seconds: tuple[PositiveFloat, ...] = Field(min_length=3)
    cost_seconds: PositiveFloat
    """Of the whole process, its start and its warm-up included."""
    cpus: tuple[NonNegativeInt, ...]
    """Those of the jobs; the process runs on the host, whatever the engine of the jobs."""
    threads: PositiveInt
    load_average: NonNegativeFloat
    """Of the minute before."""
    since_first: HostLoad | None = None
    """The machine since the first reading; None in a first reading, or after an interruption."""


class SentinelTurn(Record):
    """The sentinel's turn in a round of a block of turns: part of its computation."""

    kind: Literal["sentinel_turn"] = "sentinel_turn"
    host: Slug = THIS_MACHINE
    block: PositiveInt
    study: Slug
    workload: Slug
    round: PositiveInt
    started: AwareDatetime
    samples_seconds: tuple[PositiveFloat, ...] = Field(min_length=1)


class JobEntry(Record):
    """A job that was started, whatever came of it."""

    kind: Literal["job"] = "job"
    host: Slug = THIS_MACHINE
    job_id: str
    started: AwareDatetime
    block: PositiveInt | None = None
    """That a sentinel watched while it ran; None for what is done once, and for turns."""
    seconds: NonNegativeFloat
    """From the engine's start of the job until it was gone; of the first gate on a network, with
    the work of the reference, which the later ones are given. Of a job that takes turns, its
    share of what its block took, by the time in which it was not frozen."""
    status: Status


class SetAside(Record):
    """A result that no longer counts, or the readings of a block."""

    kind: Literal["set_aside"] = "set_aside"
    time: AwareDatetime
    job_id: str | None = None
    """None: the readings of `block` so far."""
    block: PositiveInt
    because: str
    disturbed: bool = False
    """Whether that is what others did meanwhile: the job was measured again at once."""
    place: str | None = None
    """Where the job's files are now, from the run's folder."""


class QuietWait(Record):
    """Others used the CPUs of a timed job before it was launched, and the run waited."""

    kind: Literal["quiet_wait"] = "quiet_wait"
    host: Slug = THIS_MACHINE
    job_id: str
    block: PositiveInt
    started: AwareDatetime
    waited_seconds: NonNegativeFloat
    cpus: tuple[NonNegativeInt, ...]
    first_foreign_cpu_share: Share
    """When it began to wait."""
    last_foreign_cpu_share: Share
    """Over the last second of it."""
    gave_up: bool
    """Whether the job was launched all the same."""


class TakenOver(Record):
    """A job that was not run: an earlier one proved or measured the same on this machine.

    The job's result is that of the earlier one, its times included.
    """

    kind: Literal["proved_before", "measured_before"]
    """Of a gate, or of any other job."""
    time: AwareDatetime
    """When it was taken over."""
    job_id: str
    by_run: str
    """Name of the folder of the run that it is from; of a gate, it may be this run."""
    by_job_id: str


class Look(StudyLook):
    """What a run went by when it chose what to do next."""

    kind: Literal["look"] = "look"
    time: AwareDatetime


class Spared(Record):
    """Jobs of the plan that the run did not do: they could settle nothing, or time was spent."""

    kind: Literal["spared"] = "spared"
    time: AwareDatetime
    job_ids: tuple[str, ...] = Field(min_length=1)
    because: str


Entry = Annotated[
    SentinelReading | SentinelTurn | QuietWait | JobEntry | SetAside | TakenOver | Look | Spared,
    Field(discriminator="kind"),
]
ENTRY: TypeAdapter[Entry] = TypeAdapter(Entry)


def parse_journal(content: bytes) -> tuple[list[Entry], int]:
    """Return the entries, and how many lines are none; a torn last line is normal after a crash."""
    whole, _, _ = content.rpartition(b"\n")
    entries: list[Entry] = []
    unusable = 0
    for line in filter(None, whole.split(b"\n")):
        try:
            entries.append(parse_with(ENTRY.validate_json, line, "entry"))
        except UntrustedError:
            unusable += 1
    return entries, unusable


def taken_over(entries: Iterable[Entry]) -> dict[str, TakenOver]:
    """Return by job which results that count were taken over: not set aside, nor made anew."""
    found: dict[str, TakenOver] = {}
    for entry in entries:
        if isinstance(entry, TakenOver):
            found[entry.job_id] = entry
        elif isinstance(entry, JobEntry | SetAside) and entry.job_id is not None:
            found.pop(entry.job_id, None)
    return found


def spared(entries: Iterable[Entry]) -> dict[str, str]:
    """Return by job id why jobs were not done; none that was done, or taken over, later."""
    found: dict[str, str] = {}
    for entry in entries:
        if isinstance(entry, Spared):
            found |= dict.fromkeys(entry.job_ids, entry.because)
        elif isinstance(entry, JobEntry | TakenOver):
            found.pop(entry.job_id, None)
    return found


def read_journal(folder: Path) -> list[Entry]:
    """Return the entries of a run's folder; of a run without a usable one, none."""
    try:
        return parse_journal(read_plain_file(folder / JOURNAL_NAME))[0]
    except UntrustedError:
        return []
