"""What a study states, and how the kit reads it as comparisons that a report can judge."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated, NamedTuple

from pydantic import (
    Field,
    PositiveFloat,
    StringConstraints,
    ValidationInfo,
    field_validator,
    model_validator,
)

from contract.base import EVERY_DEVICE, Device, LocatedError, Protocol, Record, Slug, Task
from contract.comparison import StatedComparison, check_measurable, parse_comparisons

StatementId = Annotated[str, StringConstraints(pattern=r"^[A-Z0-9]+(-[A-Z0-9]+)*\.[1-9][0-9]*$")]
"""The study's id in capitals and a number, as in S2.4: readers quote it, so that it stays."""
Devices = Annotated[tuple[Device, ...], Field(min_length=1)]


class LeftOut(Record):
    """Something that the paper names and the kit does not measure."""

    what: str
    because: str


class Asked(NamedTuple):
    """The jobs of one kind that a reading compares."""

    workload: Slug
    contender: Slug
    device: Device
    protocol: Protocol
    task: Task


class Reading(Record):
    """One way to read a statement as measurements."""

    sense: str
    """In words: whose loop, which quantity, and what a word such as "far" is taken for."""
    workload: Slug
    devices: Devices = EVERY_DEVICE
    """Those on which it can be judged."""
    holds: str = ""
    """The comparisons that are true where the statement is; see `contract.comparison`."""
    untestable: str = ""
    """Why no measurement of the kit could tell; stands in the place of `holds`."""
    primary: bool = False
    """Whether the statement's verdict on these devices is that of this reading."""
    because: str = ""
    """Why the paper's words fit this reading best, or what speaks for another one."""
    needs_paper_profile: bool = False
    """Whether training less than the study did would say nothing about it. A profile that trains
    its workloads as profile paper does is as good."""
    needs_own_defaults: bool = False
    """Whether contenders that are equal in everything would say nothing about it."""

    @field_validator("holds")
    @classmethod
    def _holds_can_be_judged(cls, text: str, earlier: ValidationInfo) -> str:
        workload = earlier.data.get("workload", "any")
        for device in earlier.data.get("devices", EVERY_DEVICE) if text else ():
            check_measurable(parse_comparisons(text, workload, device))
        return text

    @model_validator(mode="after")
    def _can_be_judged_or_says_why_not(self) -> Reading:
        if bool(self.holds) == bool(self.untestable):
            raise ValueError("give either `holds` or `untestable`")
        return self

    def workloads(self, device: Device) -> set[Slug]:
        """Return the workloads whose measurements it compares."""
        found = [one for comparison in self.comparisons(device) for one in comparison.quantities]
        return {self.workload, *(side.workload for side in found if side.workload)}

    def asked(self, device: Device) -> Iterator[Asked]:
        """Yield what it compares on a device that jobs measure."""
        protocol: Protocol = "published" if self.needs_own_defaults else "matched"
        for comparison in self.comparisons(device):
            for side in comparison.quantities:
                if side.workload is not None and side.device is not None and side.task is not None:
                    which = (side.workload, side.contender, side.device, protocol, side.task)
                    yield Asked(*which)

    def comparisons(self, device: Device) -> tuple[StatedComparison, ...]:
        """Return what has to hold on a device, all of it."""
        return parse_comparisons(self.holds, self.workload, device) if self.holds else ()


class Statement(Record):
    """What a study says once, whatever the devices, loops and ways of reading it."""

    id: StatementId
    text: str
    """In the study's own sense, in one sentence."""
    place: str
    published: str
    """The numbers that the study gives for it, in words."""
    published_on: Devices = EVERY_DEVICE
    """The devices that the study speaks of; a verdict on another one is carried over to it."""
    published_ratio: dict[Device, PositiveFloat] = Field(default_factory=dict)
    """Left side ÷ right side of what the primary readings compare, from the study's numbers."""
    same_as: tuple[StatementId, ...] = ()
    """The statements that it repeats or joins; it then has no readings, and counts no second time.
    """
    readings: tuple[Reading, ...] = ()

    @model_validator(mode="after")
    def _has_one_meaning(self) -> Statement:
        if bool(self.readings) == bool(self.same_as):
            raise ValueError("give either `readings` or `same_as`")
        for device in self.devices:
            chosen = [found for found in self.on(device) if found.primary]
            if len(chosen) != 1:
                message = f"{len(chosen)} readings are primary on {device}, not one"
                raise LocatedError(message, ("readings",))
        for index, reading in enumerate(self.readings):
            if reading.primary and len(self.readings) > 1 and not reading.because:
                message = "missing: why is it primary among several readings?"
                raise LocatedError(message, ("readings", index, "because"))
        return self

    @model_validator(mode="after")
    def _ratios_are_of_one_comparison(self) -> Statement:
        for device in self.published_ratio:
            if device not in self.published_on:
                message = f"{device} is not among the devices of `published_on`"
                raise LocatedError(message, ("published_ratio", device))
        for reading in self.readings if self.published_ratio else ():
            found = reading.comparisons(reading.devices[0])
            if reading.primary and [len(one.quantities) for one in found] != [2]:
                message = "needs primary readings of one comparison between two measurements"
                raise LocatedError(message, ("published_ratio",))
        return self

    @property
    def devices(self) -> tuple[Device, ...]:
        """The devices on which some reading can be judged."""
        return tuple(d for d in EVERY_DEVICE if any(d in found.devices for found in self.readings))

    def on(self, device: Device) -> tuple[Reading, ...]:
        """Return the readings that can be judged on a device, the primary one first."""
        found = [reading for reading in self.readings if device in reading.devices]
        return tuple(sorted(found, key=lambda reading: not reading.primary))


def check_ids(study: str, statements: Sequence[Statement]) -> None:
    """Refuse ids that are not the study's or stand twice, and repetitions of what has no readings.

    Raises:
        LocatedError: the first of these, with its place in the study's file.
    """
    known: dict[str, Statement] = {}
    for index, statement in enumerate(statements):
        where = ("statements", index, "id")
        if statement.id.rpartition(".")[0] != study.upper():
            raise LocatedError(f"{statement.id} does not begin with {study.upper()}.", where)
        if statement.id in known:
            raise LocatedError(f"{statement.id} stands twice", where)
        for repeated in statement.same_as:
            if repeated not in known or known[repeated].same_as:
                message = f"{repeated} is no statement before it that has readings"
                raise LocatedError(message, ("statements", index, "same_as"))
        known[statement.id] = statement
