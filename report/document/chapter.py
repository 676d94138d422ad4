"""The chapter of one study: its question, its statements, and a section per workload."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from contract.study import Study
from report.document.headline import distinctions
from report.document.section import Section, section
from report.elements.part import Part, filled
from report.run.records import Run
from report.run.scope import Scope
from report.topics.defect.part import defect_part
from report.topics.learning.convergence_part import convergence_part
from report.topics.overview.table import overview_part
from report.topics.ranking.table import winners_part
from report.topics.remarks.table import remarks_part
from report.topics.scoring.table import scoring_part
from report.topics.statements.joined import JoinedLedger
from report.topics.statements.ledger import JudgedStatement
from report.topics.statements.table import statements_part
from report.vocabulary.presentation import Style


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
        if self.study and not self.sections:
            return "This run has no job of this study: its verdicts are of the other runs."
        if self.study:
            return ""
        return "No study file describes these jobs; they are shown as they ran."


def chapters(
    runs: Sequence[Run], scopes: Sequence[Scope], styles: Mapping[str, Style]
) -> tuple[Chapter, ...]:
    """Return a chapter per study of the scopes, and per study that only other runs have.

    Args:
        runs: The report's own, then those whose statements are joined to it, the newest first.
        scopes: Of the report's own run.
        styles: Of all contenders of the runs.
    """
    by_study: dict[str, list[Scope]] = {}
    for scope in scopes:
        by_study.setdefault(scope.study_id, []).append(scope)
    found = [_chapter(study, own, runs, styles) for study, own in by_study.items()]
    described = {study.id: study for run in reversed(runs) for study in run.studies.values()}
    others = [study for name, study in sorted(described.items()) if name not in by_study]
    return (*found, *(_chapter_of_others(s, runs, styles) for s in others if s.statements))


def _chapter_of_others(study: Study, runs: Sequence[Run], styles: Mapping[str, Style]) -> Chapter:
    judged = JoinedLedger(runs, study, styles).judged()
    parts = filled([statements_part(study, judged)])
    return Chapter(study.id, f"{study.id.upper()} · {study.title}", study, judged, (), parts, ())


def _chapter(
    study_id: str, scopes: list[Scope], runs: Sequence[Run], styles: Mapping[str, Style]
) -> Chapter:
    study = scopes[0].study
    judged = JoinedLedger(runs, study, styles).judged() if study else ()
    return Chapter(
        name=study_id,
        title=f"{study_id.upper()} · {study.title}" if study else study_id.upper(),
        study=study,
        judged=judged,
        distinctions=distinctions([name for scope in scopes for name in scope.contenders]),
        parts=filled(
            [
                overview_part(scopes),
                statements_part(study, judged),
                winners_part(scopes),
                defect_part(scopes),
                convergence_part(scopes),
                scoring_part(scopes),
                remarks_part(scopes),
            ]
        ),
        sections=tuple(map(section, scopes)),
    )
