"""Readings and statements with their verdicts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from contract.base import Device, Protocol
from contract.comparison import DEVELOPMENT_METRICS
from contract.statement import Reading, Statement
from contract.verdicts import StatementVerdict
from report.topics.statements.verdicts import Judgement
from report.vocabulary.presentation import DEVICE_TITLES


@dataclass(frozen=True)
class JudgedReading:
    """A reading of a statement on one device, with its verdicts."""

    reading: Reading
    device: Device
    carried_over: bool
    """Whether the study does not speak of this device."""
    judgements: Mapping[Protocol, Judgement]
    """By protocol that the run followed, the study's own first."""
    runs: tuple[str, ...] = ()
    """By name, those that the verdicts are of; empty: the report's own alone."""
    dissent: Mapping[str, StatementVerdict] = field(default_factory=dict)
    """By name, the runs that decide otherwise."""

    @property
    def headline_protocol(self) -> Protocol:
        """The study's own protocol; matched, if the own was not run, not wholly, or not repeated.

        A reduced profile may run the own protocol in one block, which no test can judge, and a
        budget may leave a part of it out.
        """
        own, *others = self.judgements
        return next((p for p in (own, *others) if self.judgements[p].can_be_told), own)

    @property
    def headline(self) -> Judgement:
        """The verdict under that protocol."""
        return self.judgements[self.headline_protocol]

    @property
    def is_general(self) -> bool:
        """Whether no protocol has a part in the verdict: untestable, or about development."""
        found = self.reading.comparisons(self.device)
        return {comparison.left.metric for comparison in found} <= set(DEVELOPMENT_METRICS)

    @property
    def compares_devices(self) -> bool:
        """Whether one device stands against another."""
        found = self.reading.comparisons(self.device)
        return len({side.device for one in found for side in one.quantities} - {None}) > 1

    def remarked(self, *remarks: str) -> JudgedReading:
        """Return it with more to say of each of its verdicts."""
        judgements = {
            protocol: replace(found, reasons=(*found.reasons, *remarks))
            for protocol, found in self.judgements.items()
        }
        return replace(self, judgements=judgements)

    def in_words(self, judgement: Judgement) -> str:
        """Return a verdict; one on a device that the study does not speak of says so."""
        if not self.carried_over or judgement.verdict == "not testable here":
            return judgement.verdict
        return f"{judgement.verdict}, carried over to the {DEVICE_TITLES[self.device]}"


@dataclass(frozen=True)
class JudgedStatement:
    """A statement with its verdicts."""

    statement: Statement
    readings: tuple[JudgedReading, ...]
    """By device of the run, the primary one of each first; none of one that repeats others."""
    verdicts: Mapping[Device, StatementVerdict]
    """By device of the run, those of the primary readings; none where no reading is of a device."""

    def on(self, device: Device) -> tuple[JudgedReading, ...]:
        """Return its readings on a device, the primary one first."""
        return tuple(found for found in self.readings if found.device == device)

    @property
    def is_counted(self) -> bool:
        """Whether it is no repetition of other statements."""
        return not self.statement.same_as

    @property
    def device(self) -> Device | None:
        """The one whose verdict stands for the statement; None where the run had none for it.

        That is one that the study speaks of, where the run had it.
        """
        spoken_of = (device for device in self.statement.published_on if device in self.verdicts)
        return next(iter((*spoken_of, *self.verdicts)), None)

    @property
    def verdict(self) -> StatementVerdict:
        """The verdict that stands for the statement."""
        return self.verdicts[self.device] if self.device else "not testable here"

    @property
    def reading(self) -> JudgedReading | None:
        """The reading that the verdict is of; None for a repetition, and where none was judged."""
        return next(
            (one for one in self.readings if one.reading.primary and one.device == self.device),
            None,
        )
