"""Names, units and colours, from `presentation.toml` and the contenders' own descriptions."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import chain, cycle
from pathlib import Path
from typing import Literal, get_args

from pydantic import Field, PositiveFloat

from contract.base import Device, Protocol, Record, Task
from contract.contender import Colour, ContenderInfo, discover_contenders
from contract.development import DevelopmentMetrics
from contract.evidence import EvidenceKind
from contract.meters import Meters
from contract.metric import Metric, Unit, metrics_of
from contract.metrics import Metrics
from contract.outcomes import Scoring
from contract.toml_lines import parse_toml
from contract.training import Loss
from contract.turns import Turns
from report.vocabulary.numbers import with_unit

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
    "sweep": "trainings of 1, 2 … epochs",
    "turns": "turns",
}
_FILE = Path(__file__).with_name("presentation.toml")
_RUNNERS = Path(__file__).parents[2] / "runners"
_LEAST_SECONDS = 0.1
RECORDS: tuple[type[Record], ...] = (Metrics, Meters, Scoring, Turns, DevelopmentMetrics)
"""The contract's records of metrics."""
_SHOWN: Mapping[Unit, tuple[str, float]] = {
    "s": ("s", 1),
    "B": ("MB", 1e-6),
    "%": ("%", 1),
    "J": ("J", 1),
    "share": ("%", 100),
    "lines": ("lines", 1),
    "": ("", 1),
}
"""The unit that readers see, and shown number over number in the contract's unit."""


class MetricWords(Record):
    """How a metric is named and explained."""

    title: str
    short: str = ""
    """What a row of a chart has room for, where the title is too long for that."""
    best: str
    """What the best contender did, as a predicate."""
    ratio: str
    """What follows a ratio to the best: "1.3 …"."""
    how: str
    """How it was measured, for a reader who is new to this."""


class MetricInfo(MetricWords):
    """A metric of the contract with its words, in the unit that readers see."""

    unit: str
    factor: PositiveFloat
    """Shown number = metric in the contract's unit × factor."""
    better: Literal["lower", "higher"]
    scale: Literal["ratio", "difference"]

    @property
    def brief(self) -> str:
        """The name that a row of a chart has room for, as it stands in running text."""
        return self.short or f"{self.title[0].lower()}{self.title[1:]}"


class EvidenceWords(Record):
    """How a kind of evidence of the equivalence gate is named."""

    title: str
    failed: str
    """What is wrong with a contender that fails it, as a clause."""

    @property
    def noun(self) -> str:
        """The title in running text."""
        return self.title[0].lower() + self.title[1:]


class Criterion(Record):
    """A metric by which contenders are compared, whatever a paper printed."""

    metric: str
    task: Task
    losses: tuple[Loss, ...] = get_args(Loss)
    """The kinds of training that it says something about."""


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


class Presentation(Record):
    """The content of `presentation.toml`."""

    notable_packages: tuple[str, ...]
    """Shown beside those that contenders name themselves."""
    criteria: tuple[Criterion, ...]
    facts: tuple[Criterion, ...]
    """What page one tells contenders apart by."""
    history: tuple[Criterion, ...]
    """What the history of several runs follows."""
    distinctions: tuple[Distinction, ...]
    changes: tuple[Criterion, ...]
    """What two runs are compared by."""
    reference: str
    """The contender that gaps are measured against, where it takes part."""
    spare_colours: tuple[Colour, ...]
    """Of contenders that name none."""
    duel: Duel
    parts: dict[str, PartInfo]
    evidence: dict[EvidenceKind, EvidenceWords]
    """Every kind; of those that fail, the first tells most about the cause."""
    words: dict[str, MetricWords] = Field(alias="metrics")
    """Of every metric that contenders can be compared by."""

    def metric(self, name: str) -> MetricInfo:
        """Return a metric of any record; KeyError where there is none."""
        return self._infos[name]

    @property
    def metrics(self) -> dict[str, MetricInfo]:
        """What jobs measure of themselves, in the order of the words."""
        return self._of(Metrics)

    @property
    def meters(self) -> dict[str, MetricInfo]:
        """What instruments beside a job see."""
        return self._of(Meters)

    @cached_property
    def _infos(self) -> dict[str, MetricInfo]:
        found = {name: metric for record in RECORDS for name, metric in metrics_of(record).items()}
        return {name: _info(words, found[name]) for name, words in self.words.items()}

    def _of(self, record: type[Record]) -> dict[str, MetricInfo]:
        own = metrics_of(record)
        return {name: info for name, info in self._infos.items() if name in own}


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
    described = _described()
    spare = cycle(presentation().spare_colours)
    chosen: dict[str, Style] = {}
    for name in contenders:
        info = described.get(name)
        colour = info.colour if info else None
        chosen[name] = Style(info.title if info else name, colour or next(spare), name)
    return chosen


def notable_packages(contenders: Iterable[str]) -> tuple[str, ...]:
    """Return the packages whose versions are shown in the open, each once."""
    own = map(framework_packages, contenders)
    return tuple(dict.fromkeys(chain(*own, presentation().notable_packages)))


def framework_packages(contender: str) -> tuple[str, ...]:
    """Return the packages that a contender names itself; none where it is not installed here."""
    described = _described().get(contender)
    return described.notable_packages if described else ()


def shown(metric: str, value: float) -> str:
    """Return a value of a metric, given in the contract's unit, in running text.

    As tables show it, but for times that milliseconds say better.
    """
    info = presentation().metric(metric)
    if info.unit == "s" and 0 < abs(value) < _LEAST_SECONDS:
        return with_unit(1000 * value, "ms")
    return with_unit(value * info.factor, info.unit)


def _described() -> dict[str, ContenderInfo]:
    return {name: info for name, (info, _) in discover_contenders(_RUNNERS).items()}


def _info(words: MetricWords, metric: Metric) -> MetricInfo:
    unit, factor = _SHOWN[metric.unit]
    own = {"unit": unit, "factor": factor, "better": metric.better, "scale": metric.scale}
    return MetricInfo.model_validate(words.model_dump() | own)
