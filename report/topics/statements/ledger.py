"""The ledger of a study's statements: a verdict on each, on every device that the run had."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from contract.base import EVERY_DEVICE, TASKS, Device, Protocol
from contract.comparison import StatedComparison
from contract.statement import Reading, Statement
from contract.study import Study
from contract.verdicts import StatementVerdict
from report.run.measurements import Measurements
from report.run.records import Run
from report.topics.statements.comparisons import ComparisonReader
from report.topics.statements.judged import JudgedReading, JudgedStatement
from report.topics.statements.published_ratio import ratio_remark
from report.topics.statements.verdicts import IN_ORDER, Judgement, combine, corrected, judge, worst
from report.vocabulary.presentation import DEVICE_TITLES, PROTOCOL_TITLES, Style

_Judgements = Mapping[StatedComparison, Judgement]
_EQUAL = (
    "with everything equal it cannot show, for only a framework’s own defaults could make the "
    "difference; run `--profile paper`, which repeats those"
)
VerdictCounts = tuple[tuple[StatementVerdict, int], ...]


@dataclass(frozen=True)
class DeviceCounts:
    """How many statements have which verdict on one device."""

    device: Device
    verdicts: VerdictCounts
    """Those that could be tested first."""
    are_joined: bool = False
    """Whether some of them are of other runs than the report's own."""

    @property
    def title(self) -> str:
        """The device, in words."""
        return DEVICE_TITLES[self.device]


@dataclass(frozen=True)
class Ledger:
    """Judges the statements of one study."""

    run: Run
    study: Study
    measurements: Measurements
    styles: Mapping[str, Style]

    def judged(self) -> tuple[JudgedStatement, ...]:
        """Return every statement, in the study's order."""
        every = [reading for statement in self.study.statements for reading in statement.readings]
        primary = [reading for reading in every if reading.primary]
        # what decides is corrected for what decides; other readings bear the burden of all
        among_all = {p: self._tested(p, every) for p in PROTOCOL_TITLES}
        among_primary = {p: self._tested(p, primary) for p in PROTOCOL_TITLES}
        found: dict[str, JudgedStatement] = {}
        for statement in self.study.statements:
            readings = tuple(
                self._reading(statement, reading, device, among)
                for device in self.run.devices
                for reading in statement.on(device)
                for among in (among_primary if reading.primary else among_all,)
            )
            found[statement.id] = judged_statement(statement, readings, found)
        return tuple(found.values())

    def _reading(
        self,
        statement: Statement,
        reading: Reading,
        device: Device,
        tested: Mapping[Protocol, _Judgements],
    ) -> JudgedReading:
        judgements = {}
        for protocol in self._protocols(reading, device):
            judgement = self._judgement(reading, device, protocol, tested[protocol])
            remark = ratio_remark(statement, reading, device, judgement)
            reasons = (*judgement.reasons, remark) if remark else judgement.reasons
            judgements[protocol] = replace(judgement, reasons=reasons)
        return JudgedReading(reading, device, device not in statement.published_on, judgements)

    def _protocols(self, reading: Reading, device: Device) -> tuple[Protocol, ...]:
        """Return the protocols of the run that have what a reading compares; matched if none has.

        Turns are always matched: a framework's own loop has none.
        """
        tasks = {side.task for one in reading.comparisons(device) for side in one.quantities}
        ran = self.measurements.protocols(self.study.id, reading.workload)
        found = tuple(p for p in ran if all(task in (None, *TASKS[p]) for task in tasks))
        return found or ("matched",)

    def _judgement(
        self, reading: Reading, device: Device, protocol: Protocol, tested: _Judgements
    ) -> Judgement:
        if reading.untestable:
            return Judgement("not testable here", reasons=(reading.untestable,), lacks="method")
        if reason := self._why_too_little(reading):
            return Judgement("not testable here", reasons=(reason,), lacks="training")
        if reading.needs_own_defaults and protocol == "matched":
            return Judgement("not testable here", reasons=(_EQUAL,), lacks="defaults")
        return combine([tested[comparison] for comparison in reading.comparisons(device)])

    def _why_too_little(self, reading: Reading) -> str:
        profile = self.run.record.profile if self.run.record else None
        if not reading.needs_paper_profile or (
            profile is not None
            and all(self.study.is_trained_enough(reading, d, profile) for d in reading.devices)
        ):
            return ""
        return f"profile “{profile}” trains less than the study; run `--profile paper`"

    def _tested(self, protocol: Protocol, readings: Iterable[Reading]) -> _Judgements:
        """Judge every comparison of some readings, once; the p-values share one level."""
        asked = dict.fromkeys(
            comparison
            for reading in readings
            if not self._why_too_little(reading)
            for device in self.run.devices
            if device in reading.devices
            for comparison in reading.comparisons(device)
        )
        reader = ComparisonReader(self.run, self.study, protocol, self.measurements, self.styles)
        found = [reader.of(comparison) for comparison in asked]
        judgements = map(judge, found, corrected(found))
        return dict(zip(asked, judgements, strict=True))


def judged_statement(
    statement: Statement,
    readings: tuple[JudgedReading, ...],
    before: Mapping[str, JudgedStatement],
) -> JudgedStatement:
    """Return a statement with its verdicts: of its readings, or of those `before` it repeats."""
    verdicts = {one.device: one.headline.verdict for one in readings if one.reading.primary}
    repeated = [before[name].verdicts for name in statement.same_as]
    for device in EVERY_DEVICE if repeated else ():
        if all(device in one for one in repeated):
            verdicts[device] = worst(one[device] for one in repeated)
    return JudgedStatement(statement, readings, verdicts)


def counts(judged: Sequence[JudgedStatement]) -> tuple[DeviceCounts, ...]:
    """Return how many statements have which verdict, by device; repetitions do not count."""
    told = []
    for device in EVERY_DEVICE:
        on_it = [
            one.verdicts[device] for one in judged if one.is_counted and device in one.verdicts
        ]
        found = Counter(on_it)
        if found:
            primary = (found for one in judged for found in one.on(device) if found.reading.primary)
            tested = (one for one in primary if one.headline.verdict != "not testable here")
            are_joined = any(one.runs for one in tested)
            verdicts = tuple((verdict, found[verdict]) for verdict in IN_ORDER)
            told.append(DeviceCounts(device, verdicts, are_joined))
    return tuple(told)


def need_another_device(judged: Sequence[JudgedStatement]) -> tuple[Statement, ...]:
    """Return the statements that no device of the run could have settled."""
    return tuple(found.statement for found in judged if found.is_counted and not found.verdicts)
