"""Comparisons of measured metrics, in which a study's file says what its statements come to.

A comparison is written `metric[contender] < metric[contender]`, with a number in place of the right
side where the study names one, and `and` between comparisons that hold together. Metrics are fields
of `contract.metrics.Metrics` and `contract.turns.Turns`, in their units, and are those of the
reading's workload and device.
After the contender may stand `on` another workload, and after a comma another device, then the task
that measures it, `train` where none is named: `test_loss[keras on petrol-mlp, cuda, train]`. Both
sides may carry a factor, as in `1.5 * train_seconds[keras]`. Metrics of
`contract.development.DevelopmentMetrics` belong to a contender alone: `source_lines[velox]`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from pydantic import PositiveFloat

from contract.base import Device, Record, Slug, Task
from contract.development import DevelopmentMetrics
from contract.metric import metrics_of, tasks_of
from contract.metrics import Metrics
from contract.turns import Turns

Relation = Literal["<", ">"]

_TOKEN = re.compile(
    r"\s*(?:(?P<name>[A-Za-z_][\w-]*)|(?P<number>\d+(?:\.\d+)?)|(?P<sign>[<>*\[\],]))"
)

MEASURED_METRICS = (*metrics_of(Metrics), *metrics_of(Turns))
DEVELOPMENT_METRICS = tuple(metrics_of(DevelopmentMetrics))
_TASKS: Mapping[str, tuple[Task, ...]] = {
    **dict.fromkeys(metrics_of(Metrics), ("train", "predict")),
    **tasks_of(Metrics),
    **dict.fromkeys(metrics_of(Turns), ("turns",)),
}
"""Those that measure a metric."""


class Quantity(Record):
    """A metric of one contender, times a factor."""

    metric: str
    contender: Slug
    workload: Slug | None
    """None for a metric of development, which no workload has a part in."""
    device: Device | None
    """None likewise."""
    task: Task | None
    """None likewise."""
    factor: PositiveFloat = 1.0


class StatedComparison(Record):
    """One metric against another, or against a number in the metric's unit."""

    left: Quantity
    relation: Relation
    right: Quantity | float

    @property
    def quantities(self) -> tuple[Quantity, ...]:
        """What is measured of it: both sides, or the left one against a number."""
        sides = (self.left, self.right)
        return tuple(side for side in sides if isinstance(side, Quantity))


def parse_comparisons(text: str, workload: str, device: Device) -> tuple[StatedComparison, ...]:
    """Read comparisons that are joined by `and`, of a workload on a device unless they name others.

    Raises:
        ValueError: what is wrong, at which character, and what would be right.
    """
    words = _Words(text)
    reader = _Reader(words, workload, device)
    comparisons = [reader.comparison()]
    while not words.at_end():
        words.take("name", "and")
        comparisons.append(reader.comparison())
    return tuple(comparisons)


def check_measurable(comparisons: Iterable[StatedComparison]) -> None:
    """Refuse comparisons that no measurement could decide.

    Raises:
        ValueError: a metric is of a task that does not measure it, or both sides are one number.
    """
    for comparison in comparisons:
        for side in comparison.quantities:
            if side.task is not None and side.task not in _TASKS[side.metric]:
                tasks = " or ".join(_TASKS[side.metric])
                raise ValueError(f"{side.metric} is measured by {tasks}, not by {side.task}")
        numbers = {side.model_copy(update={"factor": 1.0}) for side in comparison.quantities}
        if len(numbers) < len(comparison.quantities):
            side = comparison.left
            raise ValueError(f"{side.metric} of {side.contender} is compared with itself")


class _Words:
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


@dataclass(frozen=True)
class _Reader:
    """Makes comparisons of words."""

    words: _Words
    workload: str
    device: Device

    def comparison(self) -> StatedComparison:
        left = self._side()
        if isinstance(left, float):
            self.words.take("sign", "*")  # raises: only on the right may a number stand alone
        relation = self.words.take("sign", *get_args(Relation))
        right = self._side()
        found = {"left": left, "relation": relation, "right": right}
        return StatedComparison.model_validate(found)

    def _side(self) -> Quantity | float:
        number = self.words.take_if("number")
        if number is not None and self.words.take_if("sign", "*") is None:
            return float(number)
        return self._quantity(1.0 if number is None else float(number))

    def _quantity(self, factor: float) -> Quantity:
        metric = self.words.take("name", *MEASURED_METRICS, *DEVELOPMENT_METRICS)
        self.words.take("sign", "[")
        contender = self.words.take("name")
        setting: dict[str, str | None] = dict.fromkeys(("workload", "device", "task"))
        if metric in MEASURED_METRICS:
            setting |= {"workload": self._workload()} | self._device_and_task()
        self.words.take("sign", "]")
        found = {"metric": metric, "contender": contender, "factor": factor}
        return Quantity.model_validate(found | setting)

    def _workload(self) -> str:
        if self.words.take_if("name", "on") is None:
            return self.workload
        return self.words.take("name")

    def _device_and_task(self) -> dict[str, str]:
        """Read what may follow: a device, a task, or both in this order."""
        if self.words.take_if("sign", ",") is None:
            return {"device": self.device, "task": "train"}
        word = self.words.take("name", *get_args(Device), *get_args(Task))
        if word in get_args(Task):
            return {"device": self.device, "task": word}
        if self.words.take_if("sign", ",") is None:
            return {"device": word, "task": "train"}
        return {"device": word, "task": self.words.take("name", *get_args(Task))}
