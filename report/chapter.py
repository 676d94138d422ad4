"""The chapter of one workload under one protocol: everything that is shown about it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from contract.base import Device, Protocol
from contract.claim import Claim
from contract.study import PublishedTable, Study
from report.answer import Statement, answer, confidence_note
from report.claims import Judge, Judgement
from report.comparison import Comparison, compare
from report.figures.bars import bar_chart
from report.figures.canvas import Drawing
from report.figures.confusion import confusion_chart, total_confusion
from report.figures.curves import learning_curves
from report.measurements import Measurements, Setting
from report.presentation import PROTOCOL_TITLES, Look
from report.records import Job, Run
from report.tables.claims import claims_table, tally
from report.tables.conditions import conditions_table, model_table
from report.tables.evidence import evidence_table
from report.tables.measured import measured_table
from report.tables.model import Table
from report.tables.published import completed_table, detailed_table


@dataclass(frozen=True)
class Chapter:
    """What the report says about one workload under one protocol."""

    name: str
    """Anchor, and the prefix of the names of its tables and figures."""
    title: str
    protocol_title: str
    statements: tuple[Statement, ...]
    confidence: str
    """How far the statements can be trusted."""
    published: tuple[Table, ...]
    claims: tuple[Table, ...]
    bars: tuple[Drawing, ...]
    curves: tuple[Drawing, ...]
    confusions: tuple[Drawing, ...]
    evidence: tuple[Table, ...]
    measured: tuple[Table, ...]
    conditions: tuple[Table, ...]
    choices: tuple[str, ...]
    """What the paper is silent about, and what the kit chose."""


def chapters(run: Run, looks: Mapping[str, Look]) -> tuple[Chapter, ...]:
    """Return a chapter per study, workload and protocol of the run."""
    measurements = Measurements(run)
    return tuple(
        _Writer(run, measurements, looks, study, workload, protocol).chapter()
        for study, workload in _workloads(run)
        for protocol in measurements.protocols(study, workload)
    )


def _workloads(run: Run) -> list[tuple[str, str]]:
    """Study and workload ids: those of the run's studies, then those that only jobs know of."""
    wanted = run.record.studies if run.record else ()
    described = [(s, w.id) for s in wanted if s in run.studies for w in run.studies[s].workloads]
    found = [(job.identity.study, job.identity.workload) for job in run.jobs]
    return list(dict.fromkeys(described + found))


@dataclass(frozen=True)
class _Writer:
    """Gathers the parts of one chapter."""

    run: Run
    measurements: Measurements
    looks: Mapping[str, Look]
    study_id: str
    workload_id: str
    protocol: Protocol

    @property
    def name(self) -> str:
        return f"{self.study_id}-{self.workload_id}-{self.protocol}"

    @property
    def study(self) -> Study | None:
        return self.run.studies.get(self.study_id)

    def chapter(self) -> Chapter:
        compared = list(self._compared())
        comparisons = [comparison for _, found in compared for comparison in found]
        return Chapter(
            name=self.name,
            title=self._title(),
            protocol_title=PROTOCOL_TITLES[self.protocol],
            statements=self._statements(comparisons),
            confidence=confidence_note(comparisons),
            published=tuple(self._published(compared)),
            claims=tuple(self._claims()),
            bars=tuple(
                bar_chart(f"{self.name}-bars-{index}", comparison, self.looks)
                for index, comparison in enumerate(comparisons, start=1)
            ),
            curves=tuple(self._curves()),
            confusions=tuple(self._confusions()),
            evidence=tuple(self._evidence()),
            measured=tuple(self._measured()),
            conditions=tuple(self._conditions()),
            choices=self._choices(),
        )

    def _title(self) -> str:
        known = {w.id: w.title for w in self.study.workloads} if self.study else {}
        return f"{self.study_id.upper()} · {known.get(self.workload_id, self.workload_id)}"

    def _compared(self) -> Iterator[tuple[PublishedTable, Sequence[Comparison]]]:
        for table in self.study.published if self.study else ():
            if table.workload == self.workload_id:
                yield table, compare(self.study_id, table, self.protocol, self.measurements)

    def _published(
        self, compared: Sequence[tuple[PublishedTable, Sequence[Comparison]]]
    ) -> Iterator[Table]:
        profile = self.run.record.profile if self.run.record else None
        for index, (table, comparisons) in enumerate(compared, start=1):
            name = f"{self.name}-table-{index}"
            yield completed_table(name, table, comparisons, self.looks)
            yield detailed_table(
                f"{name}-details", comparisons, self.looks, profile, self._devices()
            )

    def _claims(self) -> Iterator[Table]:
        judged = self._judged()
        if judged:
            yield claims_table(f"{self.name}-claims", judged)

    def _statements(self, comparisons: Sequence[Comparison]) -> tuple[Statement, ...]:
        """Return what the numbers say, and how the claims fared; nothing where nothing is known."""
        statements = answer(comparisons, self.looks)
        judged = self._judged()
        if not statements or not judged:
            return statements
        counts = tally([judgement for _, judgement in judged])
        return (*statements, Statement("The study's claims", f"{counts}, of {len(judged)}."))

    def _judged(self) -> list[tuple[Claim, Judgement]]:
        profile = self.run.record.profile if self.run.record else None
        judge = Judge(self.study_id, self.protocol, profile, self.measurements, self.looks)
        claims = self.study.claims if self.study else ()
        return [
            (claim, judge.judge(claim)) for claim in claims if claim.workload == self.workload_id
        ]

    def _curves(self) -> Iterator[Drawing]:
        for device in self._devices():
            results = {s.contender: self.measurements.results(s) for s in self._settings(device)}
            drawing = learning_curves(f"{self.name}-curves-{device}", results, self.looks)
            if drawing is not None:
                yield drawing

    def _confusions(self) -> Iterator[Drawing]:
        for device in self._devices():
            for setting in self._settings(device):
                results = self.measurements.results(setting)
                counts = total_confusion(results)
                name = f"{self.name}-confusion-{device}-{setting.contender}"
                look = self.looks[setting.contender]
                drawing = (
                    None if counts is None else confusion_chart(name, counts, len(results), look)
                )
                if drawing is not None:
                    yield drawing

    def _evidence(self) -> Iterator[Table]:
        for device in self._devices():
            name = f"{self.name}-evidence-{device}"
            yield evidence_table(name, self._settings(device), self.measurements, self.looks)

    def _measured(self) -> Iterator[Table]:
        for device in self._devices():
            name = f"{self.name}-measured-{device}"
            yield measured_table(name, self._settings(device), self.measurements, self.looks)

    def _conditions(self) -> Iterator[Table]:
        specs = [job.spec for job in self._jobs() if job.spec is not None]
        if specs:
            yield conditions_table(f"{self.name}-conditions", specs)
            yield model_table(f"{self.name}-model", specs[0].model)

    def _choices(self) -> tuple[str, ...]:
        """Return the notes of the workload and of the profile."""
        if self.study is None:
            return ()
        notes = [n for w in self.study.workloads if w.id == self.workload_id for n in w.notes]
        scale = self.study.profiles[self.run.record.profile] if self.run.record else None
        return (*notes, scale.note) if scale and scale.note else tuple(notes)

    def _jobs(self) -> list[Job]:
        key = (self.study_id, self.workload_id, self.protocol)
        return [
            job
            for job in self.run.jobs
            if (job.identity.study, job.identity.workload, job.identity.protocol) == key
        ]

    def _devices(self) -> list[Device]:
        return list(dict.fromkeys(job.identity.device for job in self._jobs()))

    def _settings(self, device: Device) -> list[Setting]:
        """Return the training of every contender of the run on a device."""
        return [
            Setting(self.study_id, self.workload_id, contender, self.protocol, device, "train")
            for contender in self.run.contenders
        ]
