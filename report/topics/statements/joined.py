"""The statements of several runs in one ledger: a verdict comes whole from one run, none is pooled.

On each device it is that of the newest run that decides the statement; where none does, of the
newest that tested it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from contract.base import EVERY_DEVICE, Device
from contract.statement import Statement
from contract.study import Study
from contract.verdicts import DECISIONS, StatementVerdict
from report.run.machine import machine_in_words
from report.run.measurements import Measurements
from report.run.records import Run
from report.topics.statements.judged import JudgedReading, JudgedStatement
from report.topics.statements.ledger import Ledger, judged_statement
from report.topics.statements.two_runs import judge_devices_of_two_runs
from report.vocabulary.presentation import Style

_OfRun = tuple[Run, JudgedStatement]


@dataclass(frozen=True)
class JoinedLedger:
    """Judges the statements of one study by several runs."""

    runs: Sequence[Run]
    """The report's own, then the others, the newest first."""
    study: Study
    """As the newest run that has it describes it."""
    styles: Mapping[str, Style]
    """Of all contenders of the runs."""

    def judged(self) -> tuple[JudgedStatement, ...]:
        """Return every statement, in the study's order."""
        found: dict[str, JudgedStatement] = {}
        for statement in self.study.statements:
            readings = [
                reading for device in EVERY_DEVICE for reading in self._readings(statement, device)
            ]
            found[statement.id] = judged_statement(statement, tuple(readings), found)
        return tuple(found.values())

    @cached_property
    def _ledgers(self) -> list[tuple[Run, dict[str, JudgedStatement]]]:
        """What each run says of the statements that it words and reads as the study, by id."""
        ledgers = []
        for run in self.runs:
            if copy := run.studies.get(self.study.id):
                judged = Ledger(run, copy, Measurements(run), self.styles).judged()
                otherwise = worded_otherwise(run, self.study)
                alike = (one for one in judged if one.statement.id not in otherwise)
                ledgers.append((run, {one.statement.id: one for one in alike}))
        return ledgers

    def _readings(self, statement: Statement, device: Device) -> tuple[JudgedReading, ...]:
        """Return a statement's readings on a device as the run has them whose verdict counts."""
        every = [
            (run, ledger[statement.id]) for run, ledger in self._ledgers if statement.id in ledger
        ]
        candidates = [(run, judged) for run, judged in every if judged.on(device)]
        if not candidates:
            return ()
        # of equals the first one, which is the newest
        run, chosen = min(candidates, key=lambda found: _openness(_verdict(found, device)))
        first = chosen.on(device)[0]
        if first.headline.verdict == "not testable here" and first.compares_devices:
            runs = [having for having, _ in every]
            if found := judge_devices_of_two_runs(chosen, device, runs, self.study, self.styles):
                return found
        dissent = _dissent(first.headline.verdict, candidates, device)
        return tuple(self._sourced(reading, run, dissent) for reading in chosen.on(device))

    def _sourced(
        self, reading: JudgedReading, run: Run, dissent: Mapping[str, StatementVerdict]
    ) -> JudgedReading:
        """Return a reading with the run that it is of, and those that decide it otherwise."""
        if run is not self.runs[0]:
            told = f"the verdict is that of run {run.name}, on {machine_in_words(run.jobs)}"
            reading = replace(reading.remarked(told), runs=(run.name,))
        if not reading.reading.primary:
            return reading
        otherwise = (f"run {name} decides otherwise: {theirs}" for name, theirs in dissent.items())
        return replace(reading.remarked(*otherwise), dissent=dissent)


def worded_otherwise(run: Run, study: Study) -> list[str]:
    """Return the ids of the statements that a run's copy of a study words or reads otherwise."""
    theirs = run.studies[study.id].statements if study.id in run.studies else ()
    own = {statement.id: statement for statement in study.statements}
    return [found.id for found in theirs if found != own.get(found.id)]


def _verdict(found: _OfRun, device: Device) -> StatementVerdict:
    """Return the verdict of a statement's primary reading on a device, which is the first."""
    return found[1].on(device)[0].headline.verdict


def _openness(verdict: StatementVerdict) -> int:
    """Return 0 for what is decided, 1 for what was tested, 2 for what was not."""
    return 0 if verdict in DECISIONS else 1 + (verdict == "not testable here")


def _dissent(
    verdict: StatementVerdict, candidates: Sequence[_OfRun], device: Device
) -> dict[str, StatementVerdict]:
    """Return by name the runs that decide otherwise than a verdict that is a decision."""
    found = {candidate[0].name: _verdict(candidate, device) for candidate in candidates}
    decided = {name: theirs for name, theirs in found.items() if theirs in DECISIONS}
    return {name: theirs for name, theirs in decided.items() if theirs != verdict in DECISIONS}
