"""The section of one workload: everything that is shown about it."""

from collections.abc import Iterator
from dataclasses import dataclass

from report.elements.part import Part, Sentence, filled
from report.run.scope import Scope
from report.topics.conditions.table import conditions_part, measured_part
from report.topics.equality.evidence import evidence_part
from report.topics.equality.transfer import transfer_part
from report.topics.latency.table import latency_part
from report.topics.learning.part import confusions_part, curves_part, first_epoch_part, usage_part
from report.topics.mistakes.table import mistakes_part
from report.topics.published.table import published_part
from report.topics.ranking.answer import answer, confidence_note
from report.topics.split.table import defaults_part, split_part
from report.vocabulary.numbers import listed
from report.vocabulary.presentation import PROTOCOL_TITLES

_PARTS = (
    published_part,
    split_part,
    defaults_part,
    curves_part,
    first_epoch_part,
    usage_part,
    latency_part,
    confusions_part,
    evidence_part,
    transfer_part,
    mistakes_part,
    measured_part,
    conditions_part,
)


@dataclass(frozen=True)
class Section:
    """What the report says about one workload."""

    name: str
    """Anchor, and the prefix of the names of its tables and figures."""
    workload: str
    """Its id."""
    title: str
    notices: tuple[str, ...]
    """What is special about the workload in this run."""
    sentences: tuple[Sentence, ...]
    sentences_hold_for: str
    """The protocol that the sentences are about."""
    confidence: str
    """How far the sentences can be trusted."""
    parts: tuple[Part, ...]
    choices: tuple[str, ...]
    """What the paper is silent about, and what the kit chose."""

    def part(self, key: str) -> Part:
        """Return a part by its key; KeyError where the section has none."""
        return {part.key: part for part in self.parts}[key]


def section(scope: Scope) -> Section:
    """Gather everything that the run says about a workload."""
    protocol = (scope.protocols or ("matched",))[-1]
    comparisons = scope.comparisons(protocol)
    return Section(
        name=scope.name,
        workload=scope.workload_id,
        title=scope.title,
        notices=tuple(_notices(scope)),
        sentences=answer(comparisons, scope.styles),
        sentences_hold_for=PROTOCOL_TITLES[protocol],
        confidence=confidence_note(comparisons),
        parts=filled(write(scope) for write in _PARTS),
        choices=_choices(scope),
    )


def _notices(scope: Scope) -> Iterator[str]:
    omitted = scope.run.omitted_because(scope.study_id, scope.workload_id)
    if omitted:
        profile = scope.run.record.profile if scope.run.record else ""
        yield f"The profile “{profile}” does not run this workload: {omitted}."
    elif not scope.all_jobs:
        yield "This run has no job of this workload."
    elif not any(job.measured for job in scope.all_jobs):
        causes = dict.fromkeys(job.failure.cause for job in scope.all_jobs if job.failure)
        why = "; ".join(causes) or "none was to measure"
        yield f"No job of this workload gave a measurement: {why}."
    if scope.workload is None:
        return
    if scope.workload.gate_fails_because:
        yield f"The equivalence gate is meant to fail here: {scope.workload.gate_fails_because}"
    if scope.workload.contenders:
        names = [scope.styles[name].title for name in scope.workload.contenders]
        yield f"The study's file names the contenders that run it: {listed(names)}."


def _choices(scope: Scope) -> tuple[str, ...]:
    """Return the notes of the workload and of its scale in the run's profile."""
    if scope.study is None or scope.workload is None:
        return ()
    record, notes = scope.run.record, scope.workload.notes
    scale = scope.study.scale(record.profile, scope.workload_id) if record else None
    return (*notes, scale.note) if scale and scale.note else notes
