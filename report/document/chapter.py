"""The chapter of one study: its question, its statements, and a section per workload."""

from collections.abc import Sequence
from dataclasses import dataclass

from contract.study import Study
from report.document.headline import distinctions
from report.document.section import Section, section
from report.elements.part import Part, filled
from report.run.scope import Scope
from report.topics.defect.part import defect_part
from report.topics.learning.convergence_part import convergence_part
from report.topics.overview.table import overview_part
from report.topics.ranking.table import winners_part
from report.topics.remarks.table import remarks_part
from report.topics.samples.numbers import numbers_part
from report.topics.samples.table import samples_part
from report.topics.scoring.table import scoring_part
from report.topics.statements.ledger import JudgedStatement, Ledger
from report.topics.statements.quantities import compared_quantities
from report.topics.statements.table import statements_part


@dataclass(frozen=True)
class Chapter:
    """What the report says about one study."""

    name: str
    """Anchor: the study's id."""
    title: str
    study: Study | None
    """None where no study file describes what the jobs ran."""
    judged: tuple[JudgedStatement, ...]
    distinctions: tuple[str, ...]
    """What tells contenders apart that could be taken for one."""
    parts: tuple[Part, ...]
    """What concerns the study as a whole."""
    sections: tuple[Section, ...]

    @property
    def notice(self) -> str:
        """What a reader of the whole chapter has to know; empty where there is nothing."""
        if self.study:
            return ""
        return "No study file describes these jobs; they are shown as they ran."


def chapters(scopes: Sequence[Scope]) -> tuple[Chapter, ...]:
    """Return a chapter per study of the scopes."""
    by_study: dict[str, list[Scope]] = {}
    for scope in scopes:
        by_study.setdefault(scope.study_id, []).append(scope)
    return tuple(_chapter(study, found) for study, found in by_study.items())


def _chapter(study_id: str, scopes: list[Scope]) -> Chapter:
    first = scopes[0]
    study = first.study
    judged = Ledger(first.run, study, first.measurements, first.styles).judged() if study else ()
    tested = compared_quantities(study_id, judged)
    return Chapter(
        name=study_id,
        title=f"{study_id.upper()} · {study.title}" if study else study_id.upper(),
        study=study,
        judged=judged,
        distinctions=distinctions([name for scope in scopes for name in scope.contenders]),
        parts=filled(
            [
                overview_part(scopes),
                statements_part(scopes, judged),
                numbers_part(scopes, tested),
                samples_part(scopes, tested),
                winners_part(scopes),
                defect_part(scopes),
                convergence_part(scopes),
                scoring_part(scopes),
                remarks_part(scopes),
            ]
        ),
        sections=tuple(map(section, scopes)),
    )
