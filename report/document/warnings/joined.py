"""Warnings about verdicts that are of other runs than the report's own."""

from collections.abc import Iterator, Mapping, Sequence

from contract.job import JobSpec
from contract.words import counted
from report.compare.history import framework_version
from report.document.warnings.every import warnings
from report.document.warnings.reader_warning import ReaderWarning
from report.run.conditions import differing_between_runs
from report.run.machine import are_two_machines, differing_hardware, machine_in_words
from report.run.records import Run
from report.topics.statements.joined import worded_otherwise
from report.topics.statements.judged import JudgedStatement
from report.vocabulary.numbers import listed
from report.vocabulary.presentation import DEVICE_TITLES, Style

_MOST_SHOWN = 5


def joined_runs(
    run: Run, others: Sequence[Run], judged: Sequence[JudgedStatement], styles: Mapping[str, Style]
) -> Iterator[ReaderWarning]:
    """Say where runs contradict each other, and how those differ that verdicts were taken from.

    Also which of their statements could not be joined.
    """
    yield from _disagreements(judged)
    for other in others:
        taken = [
            f"{one.statement.id} ({DEVICE_TITLES[reading.device]})"
            for one in judged
            for reading in one.readings
            if reading.reading.primary and other.name in reading.runs
            if reading.headline.verdict != "not testable here"
        ]
        if taken:
            yield _taken(taken, run, other, styles)
        studies = run.studies.values()
        if otherwise := [name for study in studies for name in worded_otherwise(other, study)]:
            yield ReaderWarning(
                "notice",
                f"{counted(len(otherwise), 'statement')} of run {other.name} could not be joined",
                f"Its copies of the studies word or read them otherwise: {_shortened(otherwise)}.",
                "Measure them again with the studies of this run.",
            )


def _disagreements(judged: Sequence[JudgedStatement]) -> Iterator[ReaderWarning]:
    found = [
        f"{one.statement.id} on the {DEVICE_TITLES[reading.device]} is "
        f"{reading.headline.verdict} here, and {verdict} by run {name}"
        for one in judged
        for reading in one.readings
        for name, verdict in reading.dissent.items()
    ]
    if found:
        yield ReaderWarning(
            "serious",
            f"Runs disagree about {counted(len(found), 'verdict')}",
            f"{'; '.join(found)}. The verdict that counts is that of the newest run that decides.",
            "Look for what differs between the runs: `plumbline compare` names it.",
        )


def _taken(
    taken: Sequence[str], run: Run, other: Run, styles: Mapping[str, Style]
) -> ReaderWarning:
    found = list(_differences(run, other, styles))
    differs = f"It differs from this run in {listed(found)}. " if found else ""
    serious = [one.title for one in warnings(other, styles) if one.severity == "serious"]
    warns = f"Its own report warns: {'; '.join(serious)}. " if serious else ""
    return ReaderWarning(
        "serious" if serious else "notice",
        f"{counted(len(taken), 'verdict')} of another run: {other.name}",
        f"Run {other.name}, on {machine_in_words(other.jobs)}, tested "
        f"{_shortened(taken)}. {differs}{warns}Each verdict comes whole from one run: samples of "
        "two runs are never put together.",
        "To have one machine, one version and one scale for all, measure all in one run.",
    )


def _differences(run: Run, other: Run, styles: Mapping[str, Style]) -> Iterator[str]:
    """Yield how another run differs from this one, with what it was there and here."""
    hardware = differing_hardware(other.jobs, run.jobs)
    if "Processor" in hardware:  # which its extensions follow from
        hardware.pop("Vector extensions", None)
    for label, seen in hardware.items():
        yield _there_and_here(_within_a_sentence(label), *map(listed, seen))
    if not hardware and are_two_machines(other.jobs, run.jobs):
        yield "the machine, though of the same make"
    for name in other.contenders:
        there, here = (framework_version(found, name) for found in (other, run))
        if there and here and there != here:
            yield _there_and_here(styles[name].title, there, here)
    if other.record and run.record:
        for label, field in (("source", "source_commit"), ("profile", "profile")):
            there, here = (str(getattr(found.record, field))[:12] for found in (other, run))
            if there != here:
                yield _there_and_here(label, there, here)
    yield from _other_conditions(run, other)


def _there_and_here(label: str, there: str, here: str) -> str:
    return f"{label} ({there} there, {here} here)"


def _within_a_sentence(label: str) -> str:
    return label if label[:2].isupper() else f"{label[0].lower()}{label[1:]}"


def _other_conditions(run: Run, other: Run) -> Iterator[str]:
    """Yield the conditions that differ, and in how many workloads."""
    own, theirs = (_specs(found) for found in (run, other))
    labels: dict[str, None] = {}
    workloads = set()
    for key in own.keys() & theirs.keys():
        if found := differing_between_runs([own[key], theirs[key]]):
            workloads.add(key[0])
            labels |= dict.fromkeys(found)
    if labels:
        told = listed([_within_a_sentence(label) for label in labels])
        yield f"conditions of {counted(len(workloads), 'workload')} ({told})"


def _specs(run: Run) -> dict[tuple[str, ...], JobSpec]:
    """Return what was asked of the first job of each kind."""
    found: dict[tuple[str, ...], JobSpec] = {}
    for spec in (job.spec for job in run.jobs if job.spec):
        found.setdefault((spec.workload, spec.protocol, spec.task), spec)
    return found


def _shortened(names: Sequence[str]) -> str:
    more = len(names) - _MOST_SHOWN
    return listed([*names[:_MOST_SHOWN], *([f"{more:,} more"] if more > 0 else [])])
