"""ARTIFACT.md: the appendix that artifact evaluations ask for, from what the run recorded."""

import shlex
from collections.abc import Iterator

from contract.words import counted
from report.document.document import Report
from report.exporters.base import TextExporter
from report.exporters.markdown import escaped, prose
from report.run.facts import Facts, facts_of
from report.topics.statements.judged import JudgedReading
from report.vocabulary.numbers import listed, with_unit
from report.vocabulary.presentation import DEVICE_TITLES

_GIGABYTE = 1e9


class ArtifactExporter(TextExporter):
    """Writes the appendix: what is needed, how long it takes, what to expect, how to check it."""

    file_name = "ARTIFACT.md"

    def text(self, report: Report) -> str:
        """Return the appendix."""
        facts = facts_of(report.run)
        blocks = (
            "# Artifact appendix",
            f"{escaped(report.title)}. {escaped(report.question)}".strip(),
            "\n".join(_check_list(report, facts)),
            "## Hardware\n\n" + "\n".join(_items(facts.hardware)),
            "## Software\n\n" + "\n".join(_items(facts.software)),
            "## Data\n\n" + "\n".join(_data(facts)),
            "## Installation and the experiment\n\n" + "\n".join(_workflow(report)),
            "## Validation: the statements\n\n" + "\n".join(_statements(report)),
            "## What limits these results\n\n" + "\n".join(_limits(report)),
        )
        return "\n\n".join(blocks) + "\n"


def _check_list(report: Report, facts: Facts) -> Iterator[str]:
    run = report.run
    styles = report.styles
    yield "## Check list\n"
    studies = [f"{study.id.upper()} ({study.authors}, {study.year})" for study in report.studies]
    rows = [
        ("Programs compared", listed([styles[name].title for name in run.contenders])),
        ("Studies run again", "; ".join(studies)),
        ("Jobs", f"{sum(job.outcome == 'ok' for job in run.jobs)} of {len(run.jobs)} ok"),
        ("Time that the run took", _minutes(facts)),
        ("Expected disk", _disk(facts)),
        ("Memory of the largest job", _gigabytes(facts.peak_memory_bytes)),
        ("Output", "report.html, report.pdf, and a result.json per job, by a published schema"),
        ("Licence", "Apache-2.0; the data sets keep their own (`plumbline data list`)"),
    ]
    if run.record is not None:
        rows.insert(0, ("Run", f"{run.record.run_id}, profile {run.record.profile}"))
    yield from (f"- **{label}**: {text}" for label, text in _safe(rows))


def _minutes(facts: Facts) -> str:
    jobs = f"{counted(round(facts.job_seconds / 60), 'minute')} in jobs"
    if facts.wall_seconds is None:
        return f"{jobs}; the run is not finished"
    wall = counted(round(facts.wall_seconds / 60), "minute")
    return f"{wall} from its first start to its end on the hardware below ({jobs})"


def _disk(facts: Facts) -> str:
    parts = []
    if facts.image_bytes:
        parts.append(f"{_gigabytes(facts.image_bytes)} of images, layers that are shared counted")
    if facts.environment_bytes:
        parts.append(f"{_gigabytes(facts.environment_bytes)} of virtual environments")
    return "; ".join(parts) or "not measured in this run"


def _gigabytes(size: int | None) -> str:
    return "not measured in this run" if size is None else with_unit(size / _GIGABYTE, "GB")


def _items(facts: dict[str, tuple[str, ...]]) -> Iterator[str]:
    for label, values in facts.items():
        told = "; ".join(map(escaped, values)) or "not recorded"
        yield f"- **{escaped(label)}**: {told}"


def _data(facts: Facts) -> Iterator[str]:
    """Yield a line per array; one array has one hash, or the run contradicts itself in sight."""
    if facts.data:
        yield "Every array is refused unless its content hashes to this (SHA-256):\n"
    for array, hashes in facts.data.items():
        yield f"- {escaped(array)}: {'; '.join(f'`{value}`' for value in hashes)}"
    if not facts.data:
        yield "No job of this run recorded any."


def _workflow(report: Report) -> Iterator[str]:
    record = report.run.record
    yield "```sh"
    if record is not None and record.source_commit:
        yield f"git checkout {record.source_commit}"
    yield "make setup data images        # environments, data sets, containers"
    if record is not None:
        yield f"plumbline {shlex.join(record.command)}".replace("\n", " ")
    yield f"plumbline report results/{shlex.quote(report.run.name)}".replace("\n", " ")
    yield "```"
    if record is not None and record.source_dirty:
        yield "\nThe source had changes beyond that commit when the run was made."
    yield "\nTo compare a run of your own with this one: `plumbline compare THIS YOURS`."


def _statements(report: Report) -> Iterator[str]:
    if report.verdicts_in_words:
        yield " ".join(report.verdicts_in_words)
    if report.has_verdicts:
        yield (
            "\nReproduced within one run is what the paired tests over its blocks say, see the "
            "report."
        )
    for chapter in report.chapters:
        if chapter.judged:
            yield f"\n### {escaped(chapter.title)}\n"
        for judged in chapter.judged:
            statement = judged.statement
            yield f"- **{statement.id}** {escaped(statement.text)} ({escaped(statement.place)})"
            if statement.same_as:
                yield f"  - repeats {listed(statement.same_as)}; not counted again"
            yield from (f"  - {_reading(found)}" for found in judged.readings)


def _reading(found: JudgedReading) -> str:
    judgement = found.headline
    place = DEVICE_TITLES[found.device]
    kind = "" if found.reading.primary else ", which does not decide"
    measured = f" Measured: {escaped('; '.join(judgement.measured))}." if judgement.measured else ""
    reasons = f" {escaped('; '.join(judgement.reasons))}." if judgement.reasons else ""
    return (
        f"on the {place}, read as {escaped(found.reading.sense)}{kind}: "
        f"**{found.in_words(judgement)}**.{measured}{reasons}"
    )


def _limits(report: Report) -> Iterator[str]:
    for warning in report.warnings:
        yield f"- **{escaped(warning.title)}.** {prose(warning.detail)} {prose(warning.remedy)}"
    if not report.warnings:
        yield "No warning of the report applies to this run."
    if report.problems:
        yield "\n### Files that could not be used\n"
    for found in report.problems:
        yield f"- {escaped(found.where)}: {prose(found.cause)}: {prose(found.remedy)}"


def _safe(rows: list[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    return ((escaped(label), prose(text)) for label, text in rows)
