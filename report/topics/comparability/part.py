"""The table of what they ran, what we ran, and what that means for comparing the two."""

from collections.abc import Mapping, Sequence

from contract.published import Aspect, PublishedSetup
from contract.study import Study
from report.elements.part import Part
from report.elements.table import Cell, Group, Header, Table
from report.run.scope import Scope
from report.topics.comparability.effects import effects, jobs_of
from report.topics.comparability.ours import ours

_TITLES: Mapping[Aspect, str] = {
    "hardware": "Hardware",
    "software": "Software",
    "data": "Data and epochs",
    "network": "Network",
    "repeats": "Repeats",
    "measurement": "Measurement",
}
_HEADERS = ("Aspect", "What they ran", "What we ran", "Effect on comparability")
_NONE = "—"


def comparability_part(scopes: Sequence[Scope]) -> Part:
    """Return a row per aspect that the study's file tells of; nothing where no paper ran it."""
    study = scopes[0].study
    if study is None or not study.ran:
        return Part("comparability")
    rows = tuple(_row(setup, study, scopes) for setup in study.ran)
    caption = "What the paper ran, what this run ran, and what follows for comparing their numbers."
    headers = tuple(Header(title) for title in _HEADERS)
    name = f"{study.id}-comparability"
    return Part("comparability", (Table(name, caption, headers, (Group(rows),), keeps_order=True),))


def _row(setup: PublishedSetup, study: Study, scopes: Sequence[Scope]) -> tuple[Cell, ...]:
    about = [
        scope for scope in scopes if scope.all_jobs and setup.workload in (None, scope.workload_id)
    ]
    of = study.workload(setup.workload).title if setup.workload else ""
    title = Cell(_TITLES[setup.aspect], notes=(of,) if of else ())
    if not about:
        return (title, Cell(setup.paper), Cell("not run here"), Cell(_NONE))
    found = ours(setup.aspect, jobs_of(about)) or ("no job tells",)
    return (title, Cell(setup.paper), _lines(found), _lines(effects(setup, study, about)))


def _lines(lines: Sequence[str]) -> Cell:
    """Return a cell of several lines; a dash where there is none."""
    return Cell("; ".join(lines) or _NONE)
