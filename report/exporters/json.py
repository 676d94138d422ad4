"""JSON: every statement with its readings, verdicts and numbers, by `contract.verdicts`."""

from contract.verdicts import (
    ProtocolVerdict,
    ReadingVerdict,
    ReportRecord,
    StatementVerdicts,
    StudyVerdicts,
)
from report.document.chapter import Chapter
from report.document.document import Report
from report.exporters.base import TextExporter
from report.topics.statements.judged import JudgedReading, JudgedStatement
from report.topics.statements.ledger import need_another_device


class JsonExporter(TextExporter):
    """Writes a record that programs read."""

    file_name = "report.json"

    def text(self, report: Report) -> str:
        """Return the record."""
        return report_record(report).model_dump_json(indent=1) + "\n"


def report_record(report: Report) -> ReportRecord:
    """Return the verdicts of a report."""
    record = report.run.record
    judged = [found for chapter in report.chapters for found in chapter.judged]
    return ReportRecord(
        run=report.run_name,
        joined_runs=report.joined_runs,
        profile=record.profile if record else None,
        counts={found.device: dict(found.verdicts) for found in report.counts},
        need_another_device=tuple(found.id for found in need_another_device(judged)),
        studies=tuple(_study(found, report.run.name) for found in report.chapters if found.judged),
    )


def _study(chapter: Chapter, run: str) -> StudyVerdicts:
    title = chapter.study.title if chapter.study else chapter.title
    return StudyVerdicts(
        id=chapter.name,
        title=title,
        statements=tuple(_statement(judged, run) for judged in chapter.judged),
    )


def _statement(judged: JudgedStatement, run: str) -> StatementVerdicts:
    statement = judged.statement
    return StatementVerdicts(
        id=statement.id,
        text=statement.text,
        place=statement.place,
        published=statement.published,
        published_ratio=statement.published_ratio,
        same_as=statement.same_as,
        verdicts=dict(judged.verdicts),
        readings=tuple(_reading(found, run) for found in judged.readings),
    )


def _reading(judged: JudgedReading, run: str) -> ReadingVerdict:
    """Return a reading; `run` is the report's own."""
    reading = judged.reading
    return ReadingVerdict(
        sense=reading.sense,
        workload=reading.workload,
        device=judged.device,
        holds=reading.holds,
        primary=reading.primary,
        because=reading.because,
        carried_over=judged.carried_over,
        runs=judged.runs or (run,),
        dissent=dict(judged.dissent),
        verdict=judged.headline.verdict,
        protocols=tuple(
            ProtocolVerdict(
                protocol=protocol,
                verdict=found.verdict,
                measured=found.measured,
                comparisons=found.numbers,
                reasons=found.reasons,
            )
            for protocol, found in judged.judgements.items()
        ),
    )
