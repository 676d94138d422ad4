"""What a study claims, as comparisons of measured metrics that a report can judge.

A claim is written `metric[contender, device] < metric[contender, device]`, with a number in place
of the right side where the study names one, and `and` between comparisons that hold together.
Metrics are fields of `contract.result.Metrics`, in its units; a third word in the brackets names
the task that measures them, `train` where none is named.
"""

from __future__ import annotations

import re
from typing import Literal, get_args

from pydantic import field_validator

from contract.base import Device, Record, Slug, Task
from contract.result import Metrics

Relation = Literal["<", ">"]

_TOKEN = re.compile(
    r"\s*(?:(?P<name>[A-Za-z_][\w-]*)|(?P<number>\d+(?:\.\d+)?)|(?P<sign>[<>\[\],]))"
)


class Quantity(Record):
    """A metric of one contender on one device."""

    metric: str
    contender: Slug
    device: Device
    task: Task


class Comparison(Record):
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
    holds: str
    """The comparisons that are true where the claim is."""
    needs_paper_profile: bool = False
    """Whether training less than the study did would say nothing about it."""

    @field_validator("holds")
    @classmethod
    def _holds_can_be_read(cls, text: str) -> str:
        parse_comparisons(text)
        return text

    @property
    def contenders(self) -> set[str]:
        """The contenders that the claim is about."""
        sides = (side for found in self.comparisons for side in (found.left, found.right))
        return {side.contender for side in sides if isinstance(side, Quantity)}

    @property
    def comparisons(self) -> tuple[Comparison, ...]:
        """What has to hold, all of it."""
        return parse_comparisons(self.holds)


def parse_comparisons(text: str) -> tuple[Comparison, ...]:
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


def _comparison(reader: _Reader) -> Comparison:
    left = _quantity(reader)
    relation = reader.take("sign", *get_args(Relation))
    number = reader.take_if("number")
    right = _quantity(reader) if number is None else float(number)
    return Comparison.model_validate({"left": left, "relation": relation, "right": right})


def _quantity(reader: _Reader) -> Quantity:
    metric = reader.take("name", *(name for name in Metrics.model_fields if name != "unmeasured"))
    reader.take("sign", "[")
    contender = reader.take("name")
    reader.take("sign", ",")
    device = reader.take("name", *get_args(Device))
    task = "train"
    if reader.take_if("sign", ",") is not None:
        task = reader.take("name", *get_args(Task))
    reader.take("sign", "]")
    return Quantity.model_validate(
        {"metric": metric, "contender": contender, "device": device, "task": task}
    )


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
