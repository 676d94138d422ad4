"""What a reader of the page can filter by: only what the run has."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeVar

from report.document.document import Report
from report.vocabulary.presentation import DEVICE_TITLES, PROTOCOL_NAMES, Style

Name = TypeVar("Name", bound=str)


@dataclass(frozen=True)
class Option:
    """One value of a choice."""

    value: str
    title: str
    style: Style | None = None


@dataclass(frozen=True)
class Choice:
    """A set of values, each of which is shown or hidden."""

    key: str
    title: str
    options: tuple[Option, ...]


def choices(report: Report) -> tuple[Choice, ...]:
    """Return the choices of a report, each with what its series have."""
    settings = [series.setting for series in report.series]
    studies = (Option(chapter.name, chapter.name.upper()) for chapter in report.chapters)
    contenders = (
        Option(name, report.styles[name].title, report.styles[name])
        for name in report.styles
        if any(setting.contender == name for setting in settings)
    )
    protocols = (Option(p, PROTOCOL_NAMES[p]) for p in _once(s.protocol for s in settings))
    devices = (Option(d, DEVICE_TITLES[d]) for d in _once(s.device for s in settings))
    return (
        Choice("study", "Study", tuple(studies)),
        Choice("contender", "Contender", tuple(contenders)),
        Choice("protocol", "Protocol", tuple(protocols)),
        Choice("device", "Device", tuple(devices)),
    )


def metric_options(report: Report) -> tuple[Option, ...]:
    """Return what the report's series are of, each once, in their order."""
    titles = {series.metric: series.measure.title for series in report.series}
    return tuple(Option(name, title) for name, title in titles.items())


def _once(values: Iterable[Name]) -> list[Name]:
    return list(dict.fromkeys(values))
