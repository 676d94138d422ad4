"""What statements compare, as ratios: the paper's beside ours, with the verdict."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from contract.base import Device, Protocol
from contract.comparison import Quantity, Relation, StatedComparison
from contract.statement import Statement
from contract.verdicts import StatementVerdict
from report.run.quantities import anchor_of
from report.statistics.paired import Pair, PairedTest
from report.topics.statements.judged import JudgedReading, JudgedStatement
from report.topics.statements.verdicts import JudgedComparison
from report.vocabulary.presentation import Style, presentation, shown


@dataclass(frozen=True)
class StatedRatio:
    """Left side ÷ right side of one comparison, both without the factors of the statement."""

    statement: Statement
    device: Device
    carried_over: bool
    """Whether the study does not speak of the device."""
    what: str
    """Which sides, and what of them: "PyTorch ÷ Keras: training step"."""
    measured: str
    """Both sides with their values."""
    runs: tuple[str, ...]
    """The other runs that measured it; none: the report's own."""
    anchor: str
    """Of the row of numbers of the left side; empty where another run measured it."""
    estimate: float
    low: float
    """Of the estimate's 95 % interval, as `high`; the estimate itself where it has no spread."""
    high: float
    blocks: int
    """1 for what was counted once."""
    protocol: Protocol
    limit: float
    """On one side of it the statement holds: 1, or the factor that its words are taken for."""
    relation: Relation
    """On which side."""
    is_against_a_number: bool
    """Whether the right side is a number that the study's file names, and was not measured."""
    published: float | None
    published_on: Device | None
    """The device that the paper's ratio is of."""
    verdict: StatementVerdict
    """Of this comparison."""


def stated_ratios(
    judged: Iterable[JudgedStatement], styles: Mapping[str, Style]
) -> tuple[StatedRatio, ...]:
    """Return the comparisons of all statements that were tested, as far as they are ratios."""
    return tuple(
        found
        for one in judged
        if one.is_counted and one.reading is not None
        for found in _of_reading(one.statement, one.reading, styles)
    )


def _of_reading(
    statement: Statement, judged: JudgedReading, styles: Mapping[str, Style]
) -> Iterator[StatedRatio]:
    comparisons = judged.reading.comparisons(judged.device)
    parts = judged.headline.comparisons
    for comparison, part in zip(comparisons, parts, strict=True) if parts else ():
        interval = _interval(part)
        if interval is None:
            continue
        limit = _factor(comparison.right) / comparison.left.factor
        estimate, low, high = (limit * value for value in interval)
        of = _published_on(statement, judged.device)
        yield StatedRatio(
            statement=statement,
            device=judged.device,
            carried_over=judged.carried_over,
            what=_what(comparison, styles),
            measured=_sides(comparison, part.measured.pairs, styles),
            runs=judged.runs,
            anchor="" if judged.runs else _anchor(statement, judged, comparison),
            estimate=estimate,
            low=low,
            high=high,
            blocks=len(part.measured.pairs),
            protocol=judged.headline_protocol,
            limit=limit,
            relation=comparison.relation,
            is_against_a_number=not isinstance(comparison.right, Quantity),
            published=statement.published_ratio[of] if of else None,
            published_on=of,
            verdict=part.verdict,
        )


def _interval(part: JudgedComparison) -> tuple[float, float, float] | None:
    """Return the ratio of the sides with their factors, and its interval; None where it has none.

    One block has a ratio but no interval; a difference is no ratio.
    """
    found = part.measured
    if found.holds_exactly is not None:
        ((left, right),) = found.pairs
        return (left / right,) * 3 if left > 0 and right > 0 else None
    test: PairedTest | None = found.test
    if test is None or test.scale != "ratio":
        return None
    return test.estimate, test.low, test.high


def _factor(side: Quantity | float) -> float:
    return side.factor if isinstance(side, Quantity) else 1.0


def _published_on(statement: Statement, device: Device) -> Device | None:
    """Return the device of the paper's ratio: this one, or another where it gives none for it."""
    ratios = statement.published_ratio
    return device if device in ratios else next(iter(ratios), None)


def _anchor(statement: Statement, judged: JudgedReading, comparison: StatedComparison) -> str:
    study = statement.id.rpartition(".")[0].lower()
    return anchor_of(study, comparison.left, judged.headline_protocol)


def _sides(comparison: StatedComparison, pairs: Sequence[Pair], styles: Mapping[str, Style]) -> str:
    """Return the medians of both sides in words, without their factors."""
    words = []
    for side, weighed in zip(comparison.quantities, zip(*pairs, strict=True), strict=False):
        value = shown(side.metric, median(weighed) / side.factor)
        words.append(f"{styles[side.contender].title} {value}")
    if not isinstance(comparison.right, Quantity):
        words.append(shown(comparison.left.metric, comparison.right))
    return " against ".join(words)


def _what(comparison: StatedComparison, styles: Mapping[str, Style]) -> str:
    left, right = comparison.left, comparison.right
    metric = presentation().metric(left.metric).brief
    if not isinstance(right, Quantity):
        return f"{styles[left.contender].title} ÷ {shown(left.metric, right)}: {metric}"
    sides = f"{styles[left.contender].title} ÷ {styles[right.contender].title}"
    if left.contender == right.contender and left.workload != right.workload:
        sides = f"{sides}, {left.workload} ÷ {right.workload}"
    return f"{sides}: {metric}"
