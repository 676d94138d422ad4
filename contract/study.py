"""A published study as data: what it ran, what it printed, and how the kit runs it.

One TOML file per study in `studies/`. A file that cannot be used is refused by line.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field, PositiveFloat, PositiveInt, ValidationError, model_validator

from contract.base import Device, LocatedError, ProfileName, Record, Slug, Task
from contract.claim import Claim
from contract.model import Model, Training
from contract.result import Metrics
from contract.toml_lines import TomlSyntaxError, line_of, parse_toml


class Workload(Record):
    """One network on one data set."""

    id: Slug
    title: str
    dataset: Slug
    model: Model
    training: Training
    notes: tuple[str, ...] = ()
    """What the paper is silent about, and what the kit chose."""


class Scale(Record):
    """How much of the workloads a profile runs."""

    epochs: PositiveInt
    repeats: PositiveInt
    train_samples: PositiveInt | None = None
    test_samples: PositiveInt | None = None
    predict_repeats: PositiveInt = 30
    timeout_seconds: PositiveFloat = 1800
    note: str = ""
    """Why these numbers, where the paper does not give them."""


class PublishedColumn(Record):
    """One configuration of the paper's table, and the contenders that reproduce it."""

    id: Slug
    title: str
    contenders: tuple[Slug, ...] = Field(min_length=1)
    device: Device


class PublishedRow(Record):
    """One metric of the paper's table. A column without a value is an empty cell of the paper."""

    title: str
    metric: str
    """A field of `contract.result.Metrics`."""
    task: Task
    unit: str
    factor: PositiveFloat = 1.0
    """Published number = metric in the contract's unit × factor."""
    better: Literal["lower", "higher"]
    values: dict[Slug, float]


class PublishedTable(Record):
    """A table as it was printed."""

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
            if row.metric not in Metrics.model_fields:
                raise LocatedError(f"no metric {row.metric!r}", ("rows", index, "metric"))
        return self


class Study(Record):
    """One published comparison."""

    id: Slug
    title: str
    authors: str
    venue: str
    year: PositiveInt
    question: str
    """What the study wanted to know, in one sentence."""
    workloads: tuple[Workload, ...] = Field(min_length=1)
    profiles: dict[ProfileName, Scale]
    published: tuple[PublishedTable, ...] = ()
    claims: tuple[Claim, ...] = ()

    @model_validator(mode="after")
    def _references_resolve(self) -> Study:
        known = [workload.id for workload in self.workloads]
        if len(set(known)) < len(known):
            raise ValueError(f"workload ids must be unique: {', '.join(known)}")
        for index, table in enumerate(self.published):
            if table.workload not in known:
                where = ("published", index, "workload")
                raise LocatedError(f"no workload {table.workload!r} in this study", where)
        columns = (column for table in self.published for column in table.columns)
        in_tables = {contender for column in columns for contender in column.contenders}
        for index, claim in enumerate(self.claims):
            if claim.workload not in known:
                where = ("claims", index, "workload")
                raise LocatedError(f"no workload {claim.workload!r} in this study", where)
            strange = sorted(claim.contenders - in_tables)
            if strange:
                message = f"{', '.join(strange)} in no column of a published table"
                raise LocatedError(message, ("claims", index, "holds"))
        missing = sorted({"smoke", "quick", "paper"} - set(self.profiles))
        if missing:
            raise ValueError(f"profiles: {', '.join(missing)} missing")
        return self

    def workload(self, workload_id: str) -> Workload:
        """Return the workload by id; raise KeyError if there is none."""
        return {workload.id: workload for workload in self.workloads}[workload_id]


class StudyError(Exception):
    """A study file cannot be used; the message names file, line and remedy."""


def load_study(path: Path) -> Study:
    """Read and check one study file.

    Raises:
        StudyError: `FILE:LINE: what is wrong`, for the first thing that is wrong.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise StudyError(f"{path}: cannot be read: {error}") from error
    try:
        return Study.model_validate(parse_toml(text))
    except TomlSyntaxError as error:
        raise StudyError(f"{path}:{error.line}: not valid TOML: {error}") from error
    except ValidationError as error:
        # A field that nobody knows is more likely a slip of the pen than the field then missing.
        first = min(error.errors(), key=lambda found: found["type"] != "extra_forbidden")
        cause = first.get("ctx", {}).get("error")
        where = (*first["loc"], *(cause.path if isinstance(cause, LocatedError) else ()))
        label = ".".join(str(part) for part in where) or "study"
        message = first["msg"].removeprefix("Value error, ")
        raise StudyError(f"{path}:{line_of(text, where)}: {label}: {message}") from error


def study_files(folder: Path) -> dict[str, Path]:
    """Return the file of every study of a folder, by the study's id."""
    return {load_study(path).id: path for path in sorted(folder.glob("*.toml"))}


def load_studies(folder: Path) -> dict[str, Study]:
    """Read every study of a folder, by id, in file-name order.

    Raises:
        StudyError: a file cannot be used, two share an id, or there is none.
    """
    studies: dict[str, Study] = {}
    for path in sorted(folder.glob("*.toml")):
        study = load_study(path)
        if study.id in studies:
            raise StudyError(f"{path}: id {study.id!r} is taken by another study")
        studies[study.id] = study
    if not studies:
        raise StudyError(f"{folder}: no study (*.toml) here")
    return studies
