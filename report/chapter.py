"""The chapter of one study: its question, its claims, and a section per workload."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from contract.study import Study
from report.claims import JudgedClaim, Ledger
from report.headline import distinctions
from report.measurements import Measurements
from report.parts.part import Part, filled
from report.parts.scoring import scoring_part
from report.parts.study import (
    claims_part,
    convergence_part,
    defect_part,
    overview_part,
    winners_part,
)
from report.presentation import Look
from report.records import Run
from report.scope import Scope
from report.section import Section, section


@dataclass(frozen=True)
class Chapter:
    """What the report says about one study."""

    name: str
    """Anchor: the study's id."""
    title: str
    study: Study | None
    """None where no study file describes what the jobs ran."""
    judged: tuple[JudgedClaim, ...]
    distinctions: tuple[str, ...]
    """What tells contenders apart that could be taken for one."""
    parts: tuple[Part, ...]
    """What concerns the study as a whole."""
    sections: tuple[Section, ...]


def scopes_of(run: Run, looks: Mapping[str, Look]) -> tuple[Scope, ...]:
    """Return the scope of every workload of the run."""
    measurements = Measurements(run)
    return tuple(
        Scope(run, measurements, looks, study, workload) for study, workload in _workloads(run)
    )


def chapters(scopes: Sequence[Scope]) -> tuple[Chapter, ...]:
    """Return a chapter per study of the scopes."""
    by_study: dict[str, list[Scope]] = {}
    for scope in scopes:
        by_study.setdefault(scope.study_id, []).append(scope)
    return tuple(_chapter(study, found) for study, found in by_study.items())


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
        distinctions=distinctions([name for scope in scopes for name in scope.contenders]),
        parts=filled(
            [
                overview_part(scopes),
                claims_part(scopes, judged),
                winners_part(scopes),
                defect_part(scopes),
                convergence_part(scopes),
                scoring_part(scopes),
            ]
        ),
        sections=tuple(map(section, scopes)),
    )
