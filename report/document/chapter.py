"""The chapter of one study: its answer, what both ran, its statements, and everything behind."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from contract.study import Study
from report.document.headline import distinctions, in_a_line
from report.document.quote import quotation
from report.document.section import Section, section
from report.elements.part import Part, filled
from report.run.records import Run
from report.run.scope import Scope
from report.topics.comparability.part import comparability_part
from report.topics.defect.part import defect_part
from report.topics.learning.convergence_part import convergence_part
from report.topics.ranking.table import winners_part
from report.topics.remarks.table import remarks_part
from report.topics.samples.numbers import numbers_part
from report.topics.samples.table import samples_part
from report.topics.scoring.table import scoring_part
from report.topics.statements.brief import brief_table
from report.topics.statements.findings import findings
from report.topics.statements.forest import forest
from report.topics.statements.joined import JoinedLedger
from report.topics.statements.judged import JudgedStatement
from report.topics.statements.quantities import compared_quantities
from report.topics.statements.ratios import StatedRatio, stated_ratios
from report.topics.statements.table import readings_part
from report.topics.statements.tally import tally
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
    ratios: tuple[StatedRatio, ...]
    """What of these was compared as a ratio."""
    line: str
    """What became of its statements, in a line; empty where it makes none."""
    distinctions: tuple[str, ...]
    """What tells contenders apart that could be taken for one."""
    parts: tuple[Part, ...]
    """The answer, and what it rests on."""
    quote: str
    """A finding, ready to be quoted; empty where nothing is decided."""
    more: tuple[Part, ...]
    """What else concerns the study as a whole; paper shows it on request."""
    sections: tuple[Section, ...]
    """Everything about each workload; likewise."""

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
    is_one_of_several = len(by_study) > 1
    found = [
        _chapter(study, own, runs, styles, draws=is_one_of_several)
        for study, own in by_study.items()
    ]
    described = {study.id: study for run in reversed(runs) for study in run.studies.values()}
    others = [study for name, study in sorted(described.items()) if name not in by_study]
    return (*found, *(_chapter_of_others(s, runs, styles) for s in others if s.statements))


def _chapter_of_others(study: Study, runs: Sequence[Run], styles: Mapping[str, Style]) -> Chapter:
    """Write the chapter of a study that only joined runs have."""
    judged = JoinedLedger(runs, study, styles).judged()
    ratios = stated_ratios(judged, styles)
    return Chapter(
        name=study.id,
        title=_title(study),
        study=study,
        judged=judged,
        ratios=ratios,
        line=in_a_line(tally(judged)) if judged else "",
        distinctions=(),
        parts=filled([_statements_part(study.id, judged, ratios, draws=True)]),
        quote=quotation(runs[0], study, findings(ratios)),
        more=filled([readings_part(study, judged)]),
        sections=(),
    )


def _chapter(
    study_id: str,
    scopes: list[Scope],
    runs: Sequence[Run],
    styles: Mapping[str, Style],
    *,
    draws: bool,
) -> Chapter:
    """Write a chapter; it `draws` its ratios where page one does not show the same."""
    study = scopes[0].study
    judged = JoinedLedger(runs, study, styles).judged() if study else ()
    ratios = stated_ratios(judged, styles)
    tested = compared_quantities(study_id, judged)
    decisive = compared_quantities(study_id, judged, that_decide=True)
    return Chapter(
        name=study_id,
        title=_title(study) if study else study_id.upper(),
        study=study,
        judged=judged,
        ratios=ratios,
        line=in_a_line(tally(judged)) if judged else "",
        distinctions=distinctions([name for scope in scopes for name in scope.contenders]),
        parts=filled(
            [
                comparability_part(scopes),
                _statements_part(study_id, judged, ratios, draws=draws),
                numbers_part(scopes, decisive),
                defect_part(scopes),
                scoring_part(scopes),
            ]
        ),
        quote=quotation(runs[0], study, findings(ratios)) if study else "",
        more=filled(
            [
                readings_part(study, judged),
                samples_part(scopes, tested),
                winners_part(scopes),
                convergence_part(scopes),
                remarks_part(scopes),
            ]
        ),
        sections=tuple(map(section, scopes)),
    )


def _title(study: Study) -> str:
    return f"{study.id.upper()} · {study.title}"


def _statements_part(
    study_id: str,
    judged: Sequence[JudgedStatement],
    ratios: Sequence[StatedRatio],
    *,
    draws: bool,
) -> Part:
    """Return the statements with their verdicts, and the plot of their ratios."""
    if not judged:
        return Part("statements")
    drawn = forest(f"{study_id}-forest", ratios, f"of {study_id.upper()}") if draws else None
    table = brief_table(f"{study_id}-statements", judged, ratios)
    return Part("statements", (table,), (drawn,) if drawn else ())
