"""The report as data: everything an exporter writes, in no format yet."""

import shlex
from dataclasses import dataclass
from functools import cached_property

from contract.study import Study
from contract.words import counted
from report.compare.history import History
from report.document.chapter import Chapter, chapters
from report.document.headline import distinctions, question, title
from report.document.numbering import labels
from report.document.section import Section
from report.document.status import Status, status_of
from report.document.warnings.every import warnings
from report.document.warnings.joined import joined_runs
from report.document.warnings.reader_warning import ReaderWarning
from report.elements.figure import Figure
from report.elements.part import Part
from report.elements.table import Table
from report.run.machine import hardware
from report.run.records import Problem, Run
from report.run.scope import scopes_of
from report.run.series import Printed, Series, all_printed, all_series
from report.topics.choosing.table import Choice, write_choice
from report.topics.environment.table import (
    data_table,
    host_table,
    packages,
    pins_table,
    software_table,
    unmeasured_table,
)
from report.topics.history.table import history_part
from report.topics.statements.findings import Finding, findings
from report.topics.statements.forest import forest
from report.topics.statements.ledger import DeviceCounts, counts, need_another_device
from report.topics.statements.table import counts_table
from report.topics.statements.tally import Tally, tally
from report.topics.statements.words import counts_in_words
from report.vocabulary.numbers import listed, rounded
from report.vocabulary.presentation import MetricInfo, Style, presentation, styles


@dataclass(frozen=True)
class Report:
    """One run, told."""

    title: str
    question: str
    run_name: str
    studies: tuple[Study, ...]
    facts: tuple[tuple[str, str], ...]
    """What the run was, as label and text."""
    styles: dict[str, Style]
    status: Status
    tally: Tally
    findings: tuple[Finding, ...]
    """What to know first; none where nothing is decided."""
    forest: Figure | None
    """Every ratio that was tested; None where none was."""
    choice: Choice
    warnings: tuple[ReaderWarning, ...]
    verdicts_in_words: tuple[str, ...]
    """What became of the studies' statements, in sentences; none where no study makes any."""
    counts: tuple[DeviceCounts, ...]
    """How many statements have which verdict, by device."""
    distinctions: tuple[str, ...]
    """What tells contenders apart that could be taken for one."""
    verdicts: Table | None
    """How many statements of each study have which verdict; None where no study makes any."""
    history: Part | None
    """This run among others; None where there are no others."""
    chapters: tuple[Chapter, ...]
    series: tuple[Series, ...]
    """Every series of samples, and every number of a paper: what a screen lets explore."""
    printed: tuple[Printed, ...]
    environment: tuple[Table, ...]
    packages: tuple[tuple[str, str], ...]
    """Title of a contender, and everything installed beside it."""
    methods: tuple[MetricInfo, ...]
    """The metrics that the run measured."""
    unmeasured: Table | None
    problems: tuple[Problem, ...]
    commands: tuple[tuple[str, str], ...]
    """What to type to run it again: purpose and command."""
    took: str
    """How long the run took, in a sentence; empty where nothing tells."""
    run: Run
    """What all this was told of; formats of raw numbers read it."""
    joined_runs: tuple[str, ...]
    """The names of other runs whose statements are joined to its own, the newest first."""

    @cached_property
    def labels(self) -> dict[str, str]:
        """The numbers of tables and figures, by name: the same in every format."""
        return labels(self)

    @property
    def has_verdicts(self) -> bool:
        """Whether the run could test any statement."""
        counted = (pair for found in self.counts for pair in found.verdicts)
        return any(count for verdict, count in counted if verdict != "not testable here")

    @property
    def ran_on(self) -> tuple[str, ...]:
        """When, at which profile and on what it ran, as far as anything tells."""
        record = self.run.record
        machine = hardware(self.run.jobs)
        told = (
            f"{record.profile}, {record.created:%-d %B %Y}" if record else "",
            listed(machine.get("Processor", ())),
            listed(machine.get("GPU", ())) or "no GPU",
        )
        return tuple(filter(None, told))

    @property
    def unanswered(self) -> str:
        """That the run answers nothing, in a sentence; empty where it answers anything."""
        if self.run.measuring_jobs:
            return ""
        return "This run measured nothing that answers the question."

    @property
    def all_measured(self) -> str:
        """That every job gave a result, in a sentence; empty where one did not."""
        return "" if self.unmeasured else "None: every job of the run gave a result."

    @property
    def unrepeatable(self) -> str:
        """Why nothing says how to run it again, in a sentence; empty where something does."""
        if self.commands:
            return ""
        return (
            "The run left no record of the command that started it (run.json is missing or "
            "invalid)."
        )

    @property
    def sections(self) -> tuple[Section, ...]:
        """The sections of all chapters."""
        return tuple(section for chapter in self.chapters for section in chapter.sections)


def write_report(run: Run, among: History | None = None) -> Report:
    """Turn what was read of a run into the report, with its history where there is one."""
    others = tuple(reversed(among.runs))[1:] if among else ()  # the newest first
    named = (name for one in (run, *others) for name in one.every_contender)
    styled = styles(dict.fromkeys(named))
    wanted = run.record.studies if run.record else [job.identity.study for job in run.jobs]
    studies = tuple(run.studies[name] for name in dict.fromkeys(wanted) if name in run.studies)
    scopes = scopes_of(run, styled)
    machine = (host_table(run), software_table(run, styled), pins_table(run, styled))
    data = data_table(run, styled)
    series = all_series(scopes)
    measured = {found.metric for found in series}
    told = chapters((run, *others), scopes, styled)
    ledgers = {chapter.name.upper(): chapter.judged for chapter in told if chapter.judged}
    judged = [found for ledger in ledgers.values() for found in ledger]
    found, tallied = counts(judged), tally(judged)
    noted = warnings(run, styled, joined_runs(run, others, judged, styled))
    ratios = [ratio for chapter in told for ratio in chapter.ratios]
    judged_of = [chapter.study for chapter in told if chapter.study]
    return Report(
        title=title(judged_of, tallied) if judged_of else f"Run {run.name}",
        question=question(studies, run.contenders, styled),
        run_name=run.record.run_id if run.record else run.name,
        studies=studies,
        facts=_facts(run, styled),
        styles=styled,
        status=status_of(run, tallied, noted),
        tally=tallied,
        findings=findings(ratios),
        forest=forest("forest", ratios, "of the whole run"),
        choice=write_choice(run, scopes, styled),
        warnings=noted,
        verdicts_in_words=tuple(counts_in_words(found, need_another_device(judged))),
        counts=found,
        distinctions=distinctions(run.contenders),
        verdicts=counts_table("verdicts", ledgers) if ledgers else None,
        history=history_part(among) if among else None,
        chapters=told,
        series=series,
        printed=all_printed(scopes),
        environment=(*machine, data) if data else machine,
        packages=tuple((styled[name].title, text) for name, text in packages(run).items()),
        methods=tuple(info for name, info in presentation().metrics.items() if name in measured),
        unmeasured=unmeasured_table(run),
        problems=run.problems,
        commands=_commands(run),
        took=_took(run),
        run=run,
        joined_runs=tuple(other.name for other in others),
    )


def _facts(run: Run, styled: dict[str, Style]) -> tuple[tuple[str, str], ...]:
    contenders = listed([styled[name].title for name in run.contenders])
    jobs = f"{sum(job.outcome == 'ok' for job in run.jobs)} of {len(run.jobs)} ok"
    record = run.record
    if record is None:
        return (("Run", run.name), ("Contenders", contenders), ("Jobs", jobs))
    commit = (record.source_commit or "unknown")[:12]
    changes = " + changes" if record.source_dirty else ""
    return (
        ("Run", record.run_id),
        ("Started", f"{record.created:%Y-%m-%d %H:%M %Z}"),
        ("Profile", record.profile),
        ("Repeats", str(record.repeats)),
        ("Contenders", contenders),
        ("Devices" if len(record.devices) > 1 else "Device", ", ".join(record.devices)),
        ("Engine", f"{record.engine.name} {record.engine.version} ({record.engine.reason})"),
        ("Jobs", jobs),
        ("Plumbline", f"{record.plumbline_version}, commit {commit}{changes}"),
    )


def _commands(run: Run) -> tuple[tuple[str, str], ...]:
    if run.record is None:
        return ()
    record, commit = run.record, run.record.source_commit
    checkout = [("The same source", f"git checkout {commit}")] if commit else []
    images = " images" if record.engine.name == "docker" else ""
    folder = f"results/{shlex.quote(run.name)}"
    return (
        *checkout,
        ("Environments and data, by their locks and hashes", f"make setup data{images}"),
        ("The run", f"plumbline {shlex.join(record.command)}"),
        ("This report", f"plumbline report {folder}"),
        ("What differs from this run", f"plumbline compare {folder} results/latest"),
    )


def _took(run: Run) -> str:
    """Say how long the run took; empty where it did not finish, or nothing tells."""
    if run.record is None or run.record.finished is None:
        return ""
    minutes = (run.record.finished - run.record.created).total_seconds() / 60
    return (
        f"From its first start to its end {rounded(minutes)} minutes passed here, for "
        f"{counted(len(run.jobs), 'job')}."
    )
