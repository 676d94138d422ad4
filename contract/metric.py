"""What a metric is: a field of a record with its unit, its direction and its scale beside it.

A record of metrics is a `Measured`: every field has a number, or its reason stands in `unmeasured`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Literal, TypeVar

from pydantic import Field, model_validator

from contract.base import Record, Task

Unit = Literal["s", "B", "%", "J", "share", "lines", ""]
"""`share` is between 0 and 1; "" is a plain number."""


@dataclass(frozen=True)
class Metric:
    """What has to be known of a number to show it and to compare it."""

    unit: Unit
    better: Literal["lower", "higher"] | None = None
    """None where neither is: the number only describes."""
    scale: Literal["ratio", "difference"] = "ratio"
    """ratio: an amount with a true zero; difference: anything else, such as a share or a loss."""
    of_test_samples: bool = False
    """Whether it is a share of the test samples, with the error that their number leaves."""


SECONDS = Metric("s", "lower")
BYTES = Metric("B", "lower")


@dataclass(frozen=True)
class NeededBy:
    """The tasks whose ok results must have a field; no reason excuses its absence."""

    tasks: tuple[Task, ...]


@dataclass(frozen=True)
class MeasuredBy:
    """The tasks that can measure a field, where no result must have it."""

    tasks: tuple[Task, ...]


class Measured(Record):
    """Numbers that were measured; a hole has a reason."""

    unmeasured: dict[str, str] = Field(default_factory=dict)
    """Why a number is missing, by its name."""

    @model_validator(mode="after")
    def _holes_have_reasons(self) -> Measured:
        fields = [name for name in type(self).model_fields if name != "unmeasured"]
        unknown = sorted(self.unmeasured.keys() - set(fields))
        if unknown:
            raise ValueError(f"`unmeasured` names what is no field: {', '.join(unknown)}")
        for name in fields:
            if is_hole(getattr(self, name)) != (name in self.unmeasured):
                raise ValueError(f"{name}: a number or a reason in `unmeasured`, not both")
        return self


_Marker = TypeVar("_Marker", Metric, NeededBy, MeasuredBy)


def is_hole(value: object) -> bool:
    """Tell whether a field has no value."""
    return value in (None, (), {})


@cache
def metrics_of(record: type[Record]) -> dict[str, Metric]:
    """Return the metrics among the fields of a record, by name, in their order."""
    return _marked(record, Metric)


@cache
def tasks_of(record: type[Record]) -> dict[str, tuple[Task, ...]]:
    """Return the tasks that can measure a metric, by the names of those that not every task can."""
    marked = _marked(record, NeededBy) | _marked(record, MeasuredBy)
    return {name: marker.tasks for name, marker in marked.items()}


def lacking(record: Record, task: Task) -> list[str]:
    """Return the fields that a task's record must have and this one has not."""
    needed = _marked(type(record), NeededBy)
    return [
        name
        for name, marker in needed.items()
        if task in marker.tasks and is_hole(getattr(record, name))
    ]


def _marked(record: type[Record], kind: type[_Marker]) -> dict[str, _Marker]:
    return {
        name: marker
        for name, field in record.model_fields.items()
        for marker in field.metadata
        if isinstance(marker, kind)
    }
