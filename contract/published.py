"""What a study ran, and what it printed: its tables, and who won by which criterion."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, PositiveFloat, model_validator

from contract.base import Device, LocatedError, Record, Slug, Task
from contract.comparison import MEASURED_METRICS


def _known(metric: str) -> str:
    if metric not in MEASURED_METRICS:
        raise ValueError(f"no metric {metric!r}; there are: {', '.join(MEASURED_METRICS)}")
    return metric


KnownMetric = Annotated[str, AfterValidator(_known)]
"""The name of a field of `contract.metrics.Metrics`."""


Aspect = Literal["hardware", "software", "data", "network", "repeats", "measurement"]
"""What a run of the kit is set against, to tell how far its numbers can be compared."""
NOT_GIVEN = "not given"
"""Stands in the words on an aspect for each part of it of which the paper is silent."""


class PublishedSetup(Record):
    """One aspect of how the paper ran, in a few words."""

    aspect: Aspect
    paper: str
    workload: Slug | None = None
    """The workload that this is about; None: all of the study's."""


class PublishedColumn(Record):
    """One configuration of the paper's table, and the contenders that reproduce it."""

    id: Slug
    title: str
    contenders: tuple[Slug, ...] = Field(min_length=1)
    device: Device
    in_paper: bool = True
    """False: a column of the kit's, for a device on which the paper did not measure."""


class PublishedRow(Record):
    """One metric of the paper's table. A column without a value is an empty cell of the paper."""

    title: str
    metric: KnownMetric
    task: Task
    unit: str
    factor: PositiveFloat = 1.0
    """Published number = metric in the contract's unit × factor."""
    better: Literal["lower", "higher"]
    note: str = ""
    """What the paper says in words, or how its numbers are read; a clause."""
    values: dict[Slug, float]


class PublishedTable(Record):
    """A table, or the numbers of a figure, as they were printed."""

    title: str
    place: str
    workload: Slug
    columns: tuple[PublishedColumn, ...] = Field(min_length=1)
    rows: tuple[PublishedRow, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _values_stand_in_columns(self) -> PublishedTable:
        columns = {column.id for column in self.columns}
        for index, row in enumerate(self.rows):
            stray = sorted(set(row.values) - columns)
            if stray:
                raise LocatedError(f"no column {', '.join(stray)}", ("rows", index, "values"))
        return self


class PublishedWinner(Record):
    """A cell of a paper's table of winners."""

    place: str
    criterion: str
    workload: Slug
    metric: KnownMetric
    task: Task
    device: Device
    better: Literal["lower", "higher"]
    winner: Slug
