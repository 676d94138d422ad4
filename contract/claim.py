"""What a study claims, as comparisons of measured metrics that a report can judge.

A claim is written `metric[contender, device] < metric[contender, device]`, with a number in place
of the right side where the study names one, and `and` between comparisons that hold together.
Metrics are fields of `contract.metrics.Metrics` and `contract.turns.Turns`, in their units; a third
word in the brackets names the task that measures them, `train` where none is named. Both sides may
carry a factor, as in `1.5 * train_seconds[keras, cpu]`. Metrics of
`contract.development.DevelopmentMetrics` belong to a contender alone: `source_lines[velox]`.
"""

from __future__ import annotations

import re
from typing import Literal, get_args

from pydantic import PositiveFloat, field_validator, model_validator

from contract.base import Device, Record, Slug, Task
from contract.development import DevelopmentMetrics
from contract.metric import metrics_of
from contract.metrics import Metrics
from contract.turns import Turns

Relation = Literal["<", ">"]

_TOKEN = re.compile(
    r"\s*(?:(?P<name>[A-Za-z_][\w-]*)|(?P<number>\d+(?:\.\d+)?)|(?P<sign>[<>*\[\],]))"
)

MEASURED_METRICS = (*metrics_of(Metrics), *metrics_of(Turns))
DEVELOPMENT_METRICS = tuple(metrics_of(DevelopmentMetrics))


class Quantity(Record):
    """A metric of one contender on one device, times a factor."""

    metric: str
    contender: Slug
    device: Device | None
    """None for a metric of development, which no device has a part in."""
    task: Task | None
    """None likewise."""
    factor: PositiveFloat = 1.0


class ClaimedComparison(Record):
    """One metric against another, or against a number in the metric's unit."""

    left: Quantity
    relation: Relation
    right: Quantity | float


class Claim(Record):
    """One statement of a study."""

    text: str
    """In the study's own sense, in one sentence."""
    place: str
    workload: Slug
    published: str
    """The numbers that the study gives for it."""
    holds: str = ""
    """The comparisons that are true where the claim is."""
    untestable: str = ""
    """Why no measurement of the kit could tell; stands in the place of `holds`."""
    needs_paper_profile: bool = False
    """Whether training less than the study did would say nothing about it."""

    @field_validator("holds")
    @classmethod
    def _holds_can_be_read(cls, text: str) -> str:
        if text:
            parse_comparisons(text)
        return text

    @model_validator(mode="after")
    def _can_be_judged_or_says_why_not(self) -> Claim:
        if bool(self.holds) == bool(self.untestable):
            raise ValueError("give either `holds` or `untestable`")
        return self

    @property
    def contenders(self) -> set[str]:
        """The contenders that the claim is about."""
        sides = (side for found in self.comparisons for side in (found.left, found.right))
        return {side.contender for side in sides if isinstance(side, Quantity)}

    @property
    def comparisons(self) -> tuple[ClaimedComparison, ...]:
        """What has to hold, all of it."""
        return parse_comparisons(self.holds) if self.holds else ()


def parse_comparisons(text: str) -> tuple[ClaimedComparison, ...]:
    """Read comparisons that are joined by `and`.

    Raises:
        ValueError: what is wrong, at which character, and what would be right.
    """
    reader = _Reader(text)
    comparisons = [_comparison(reader)]
    while not reader.at_end():
        reader.take("name", "and")
        comparisons.append(_comparison(reader))
    return tuple(comparisons)


def _comparison(reader: _Reader) -> ClaimedComparison:
    left = _side(reader)
    if isinstance(left, float):
        reader.take("sign", "*")  # raises: only on the right may a number stand alone
    relation = reader.take("sign", *get_args(Relation))
    right = _side(reader)
    return ClaimedComparison.model_validate({"left": left, "relation": relation, "right": right})


def _side(reader: _Reader) -> Quantity | float:
    number = reader.take_if("number")
    if number is not None and reader.take_if("sign", "*") is None:
        return float(number)
    return _metric(reader, 1.0 if number is None else float(number))


def _metric(reader: _Reader, factor: float) -> Quantity:
    metric = reader.take("name", *MEASURED_METRICS, *DEVELOPMENT_METRICS)
    reader.take("sign", "[")
    found: dict[str, object] = {"metric": metric, "factor": factor, "device": None, "task": None}
    found["contender"] = reader.take("name")
    if metric in MEASURED_METRICS:
        reader.take("sign", ",")
        found |= {"device": reader.take("name", *get_args(Device)), "task": "train"}
        if reader.take_if("sign", ",") is not None:
            found["task"] = reader.take("name", *get_args(Task))
    reader.take("sign", "]")
    return Quantity.model_validate(found)


class _Reader:
    """Takes a text apart, word by word."""

    def __init__(self, text: str) -> None:
        self._text = text.rstrip()
        self._position = 0

    def at_end(self) -> bool:
        return self._position == len(self._text)

    def take(self, kind: str, *admitted: str) -> str:
        """Take the next word; ValueError where it is of another kind, or not admitted."""
        word = self.take_if(kind, *admitted)
        if word is None:
            found = (
                repr(self._text[self._position :].strip()[:20]) if not self.at_end() else "the end"
            )
            expected = ", ".join(admitted) or f"a {kind}"
            raise ValueError(f"character {self._position + 1}: found {found}, expected {expected}")
        return word

    def take_if(self, kind: str, *admitted: str) -> str | None:
        """Take the next word if it is of this kind, and admitted where words are given."""
        match = _TOKEN.match(self._text, self._position)
        word = match[kind] if match else None
        if match is None or word is None or (admitted and word not in admitted):
            return None
        self._position = match.end()
        return word
