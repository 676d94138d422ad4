"""The ledger of a study's statements: a verdict on each, on every device that the run had."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from contract.base import TASKS, Device, Protocol
from contract.comparison import DEVELOPMENT_METRICS, StatedComparison
from contract.statement import EVERY_DEVICE, Reading, Statement
from contract.study import Study
from contract.verdicts import StatementVerdict
from report.run.measurements import Measurements
from report.run.records import Run
from report.topics.statements.comparisons import ComparisonReader
from report.topics.statements.published_ratio import ratio_remark
from report.topics.statements.verdicts import IN_ORDER, Judgement, combine, corrected, judge, worst
from report.vocabulary.presentation import DEVICE_TITLES, PROTOCOL_TITLES, Style

_Judgements = Mapping[StatedComparison, Judgement]
VerdictCounts = tuple[tuple[StatementVerdict, int], ...]


@dataclass(frozen=True)
class JudgedReading:
    """A reading of a statement on one device, with its verdicts."""

    reading: Reading
    device: Device
    carried_over: bool
    """Whether the study does not speak of this device."""
    judgements: Mapping[Protocol, Judgement]
    """By protocol that the run followed, the study's own first."""

    @property
    def headline_protocol(self) -> Protocol:
        """The study's own protocol; matched, if the own was not run or repeated.

        A reduced profile may run the own protocol in one block, which no test can judge.
        """
        own, *others = self.judgements
        repeated = (p for p in (own, *others) if not self.judgements[p].awaits_repeats)
        return next(repeated, own)

    @property
    def headline(self) -> Judgement:
        """The verdict under that protocol."""
        return self.judgements[self.headline_protocol]

    @property
    def is_general(self) -> bool:
        """Whether no protocol has a part in the verdict: untestable, or about development."""
        found = self.reading.comparisons(self.device)
        return {comparison.left.metric for comparison in found} <= set(DEVELOPMENT_METRICS)

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

    @property
    def is_counted(self) -> bool:
        """Whether it is no repetition of other statements."""
        return not self.statement.same_as


@dataclass(frozen=True)
class DeviceCounts:
    """How many statements have which verdict on one device."""

    device: Device
    verdicts: VerdictCounts
    """Those that could be tested first."""

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
            verdicts = {one.device: one.headline.verdict for one in readings if one.reading.primary}
            repeated = [found[name].verdicts for name in statement.same_as]
            for device in self.run.devices if repeated else ():
                if all(device in one for one in repeated):
                    verdicts[device] = worst(one[device] for one in repeated)
            found[statement.id] = JudgedStatement(statement, readings, verdicts)
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
            judgement = self._judgement(reading, device, tested[protocol])
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

    def _judgement(self, reading: Reading, device: Device, tested: _Judgements) -> Judgement:
        reason = reading.untestable or self._why_too_little(reading)
        if reason:
            return Judgement("not testable here", reasons=(reason,))
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


def counts(judged: Sequence[JudgedStatement]) -> tuple[DeviceCounts, ...]:
    """Return how many statements have which verdict, by device; repetitions do not count."""
    told = []
    for device in EVERY_DEVICE:
        on_it = [
            one.verdicts[device] for one in judged if one.is_counted and device in one.verdicts
        ]
        found = Counter(on_it)
        if found:
            told.append(DeviceCounts(device, tuple((v, found[v]) for v in IN_ORDER)))
    return tuple(told)


def need_another_device(judged: Sequence[JudgedStatement]) -> tuple[Statement, ...]:
    """Return the statements that no device of the run could have settled."""
    return tuple(found.statement for found in judged if found.is_counted and not found.verdicts)
