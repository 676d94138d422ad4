"""The chapter of one study: its question, its claims, and a section per workload."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from contract.study import Study
from report.claims import JudgedClaim, Ledger
from report.measurements import Measurements
from report.parts.part import Part, filled
from report.presentation import Look
from report.records import Run
from report.scope import Scope
from report.section import Section, section
from report.tables.claims import claims_table


@dataclass(frozen=True)
class Chapter:
    """What the report says about one study."""

    name: str
    """Anchor: the study's id."""
    title: str
    study: Study | None
    """None where no study file describes what the jobs ran."""
    judged: tuple[JudgedClaim, ...]
    parts: tuple[Part, ...]
    """What concerns the study as a whole."""
    sections: tuple[Section, ...]


def chapters(run: Run, looks: Mapping[str, Look]) -> tuple[Chapter, ...]:
    """Return a chapter per study of the run."""
    measurements = Measurements(run)
    by_study: dict[str, list[Scope]] = {}
    for study, workload in _workloads(run):
        scope = Scope(run, measurements, looks, study, workload)
        by_study.setdefault(study, []).append(scope)
    return tuple(_chapter(study, scopes) for study, scopes in by_study.items())


def _workloads(run: Run) -> list[tuple[str, str]]:
    """Study and workload ids: those of the run's studies, then those that only jobs know of."""
    wanted = run.record.studies if run.record else ()
    described = [(s, w.id) for s in wanted if s in run.studies for w in run.studies[s].workloads]
    found = [(job.identity.study, job.identity.workload) for job in run.jobs]
    return list(dict.fromkeys(described + found))


def _chapter(study_id: str, scopes: list[Scope]) -> Chapter:
    first = scopes[0]
    study = first.study
    judged = Ledger(first.run, study, first.measurements, first.looks).judged() if study else ()
    return Chapter(
        name=study_id,
        title=f"{study_id.upper()} · {study.title}" if study else study_id.upper(),
        study=study,
        judged=judged,
        parts=filled([_claims_part(study, judged)]),
        sections=tuple(map(section, scopes)),
    )


def _claims_part(study: Study | None, judged: tuple[JudgedClaim, ...]) -> Part:
    if study is None or not judged:
        return Part("claims")
    return Part("claims", tables=(claims_table(f"{study.id}-claims", study, judged),))
