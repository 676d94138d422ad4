"""Names, units and colours, from `presentation.toml` and the contenders' own descriptions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated, Literal, get_args

from pydantic import PositiveFloat, StringConstraints

from contract.base import Device, Protocol, Record, Task
from contract.contender import discover_contenders
from contract.toml_lines import parse_toml
from contract.training import Loss
from report.vocabulary.numbers import with_unit

Colour = Annotated[str, StringConstraints(pattern=r"^#[0-9A-F]{6}$")]

DEVICE_TITLES: Mapping[Device, str] = {"cpu": "CPU", "cuda": "GPU"}
PROTOCOL_TITLES: Mapping[Protocol, str] = {
    "published": "each framework with its own defaults, as the study ran them",
    "matched": "everything equal but the framework",
}
"""The protocols, the one that the study followed first."""
PROTOCOL_NAMES: Mapping[Protocol, str] = {"published": "own defaults", "matched": "matched"}
"""The protocols in a word or two, as the heads of columns have room for."""
TASK_TITLES: Mapping[Task, str] = {
    "verify": "equivalence gate",
    "train": "training",
    "predict": "prediction",
    "transfer": "transfer",
    "mistakes": "mistakes",
    "score": "scoring of a table",
}
_FILE = Path(__file__).with_name("presentation.toml")
_RUNNERS = Path(__file__).parents[2] / "runners"


class MetricInfo(Record):
    """How a metric of a result, or of development, is named and explained."""

    title: str
    unit: str
    factor: PositiveFloat = 1.0
    """Shown number = metric in the contract's unit × factor."""
    better: Literal["lower", "higher"]
    best: str
    """What the best contender did, as a predicate."""
    ratio: str
    """What follows a ratio to the best: "1.3 …"."""
    how: str
    """How it was measured, for a reader who is new to this."""


class Criterion(Record):
    """A metric by which contenders are compared, whatever a paper printed."""

    metric: str
    task: Task
    losses: tuple[Loss, ...] = get_args(Loss)
    """The kinds of training that it says something about."""


class Need(Record):
    """Something that a framework is chosen for, and the rule by which one is recommended."""

    title: str
    rule: str
    metrics: tuple[Criterion, ...] = ()
    """Measured metrics whose ratios are averaged; none: ranks over the development criteria."""


class Duel(Record):
    """Two contenders that are one framework, used in two ways."""

    contenders: tuple[str, str]
    title: str


class Distinction(Record):
    """What tells contenders apart that readers could take for one."""

    contenders: tuple[str, ...]
    text: str


class PartInfo(Record):
    """The title of a part of the report, and what a reader has to know before its tables."""

    title: str
    intro: str = ""
    folds: bool = False
    """Whether a screen shows it only to those who unfold it."""
    prints: bool = True
    """Whether paper shows it; where it does not, it says where to find it."""
    grid: bool = False
    """Whether its figures stand beside each other."""


class _Spare(Record):
    values: tuple[Colour, ...]


class Presentation(Record):
    """The content of `presentation.toml`."""

    notable_packages: tuple[str, ...]
    criteria: tuple[Criterion, ...]
    overview: tuple[Criterion, ...]
    """The metrics of the matrix on page one."""
    distinctions: tuple[Distinction, ...]
    changes: tuple[Criterion, ...]
    """What two runs are compared by."""
    reference: str
    """The contender that gaps are measured against, where it takes part."""
    colours: dict[str, Colour]
    spare_colours: _Spare
    needs: tuple[Need, ...]
    aspects: dict[str, tuple[str, ...]]
    """What the criteria of development are about: their names by aspect."""
    duel: Duel
    parts: dict[str, PartInfo]
    metrics: dict[str, MetricInfo]
    meters: dict[str, MetricInfo]
    """Of the instruments beside a job: `contract.meters.Meters`."""
    scoring: dict[str, MetricInfo]
    """Of the tables that were scored."""
    development: dict[str, MetricInfo]

    def aspect(self, criterion: str) -> str:
        """Return what a criterion of development is about; StopIteration where nothing says."""
        return next(name for name, criteria in self.aspects.items() if criterion in criteria)

    def metric(self, name: str) -> MetricInfo:
        """Return a metric of a result, its meters or development; KeyError where there is none."""
        return (self.metrics | self.meters | self.scoring | self.development)[name]


@dataclass(frozen=True)
class Style:
    """A contender's title and colour."""

    title: str
    colour: str
    name: str = ""
    """By which filters know it."""


@cache
def presentation() -> Presentation:
    """Read `presentation.toml`, once."""
    return Presentation.model_validate(parse_toml(_FILE.read_text(encoding="utf-8")))


def styles(contenders: Iterable[str]) -> dict[str, Style]:
    """Return title and colour of every contender; one without a colour gets a spare one.

    A contender that is not installed here is called by its name.
    """
    titles = {name: info.title for name, (info, _) in discover_contenders(_RUNNERS).items()}
    named = presentation().colours
    spare = presentation().spare_colours.values
    chosen: dict[str, Style] = {}
    for name in contenders:
        unnamed = sum(1 for other in chosen if other not in named)
        colour = named.get(name) or spare[unnamed % len(spare)]
        chosen[name] = Style(titles.get(name, name), colour, name)
    return chosen


def shown(metric: str, value: float) -> str:
    """Return a value of a metric, given in the contract's unit, as tables show it."""
    info = presentation().metric(metric)
    return with_unit(value * info.factor, info.unit)
