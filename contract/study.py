"""A published study as data: what it ran, what it printed, and how the kit runs it.

One TOML file per study in `studies/`. A file that cannot be used is refused by line.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from pydantic import Field, model_validator

from contract.base import Device, LocatedError, ProfileName, Record, Slug, Task
from contract.model import Model
from contract.numbers import Count
from contract.profile_scale import OF_A_TRAINING, ProfileScale, ProfileScaleChange
from contract.published import PublishedSetup, PublishedTable, PublishedWinner
from contract.statement import Asked, LeftOut, Reading, Statement, check_ids
from contract.toml_lines import located, read_toml
from contract.training import Training
from contract.versions import with_statements


class Workload(Record):
    """One network on one data set."""

    id: Slug
    title: str
    dataset: Slug
    model: Model
    training: Training
    notes: tuple[str, ...] = ()
    """What the paper is silent about, and what the kit chose."""
    contenders: tuple[Slug, ...] = ()
    """The only contenders that run it; none named: all."""
    gate_fails_because: str = ""
    """Why the gate must fail here: the workload shows a defect on purpose."""
    tasks: tuple[Task, ...] = ("verify", "train")
    """What is done with it; `contract.base.TASKS` says under which protocol."""
    scales: dict[ProfileName, ProfileScaleChange] = Field(default_factory=dict)
    """What a profile does otherwise for this workload than for the study's others."""

    @model_validator(mode="after")
    def _loss_fits(self) -> Workload:
        outputs, loss = self.model.output_shape, self.training.loss
        if len(outputs) != 1:
            message = f"{loss} needs one axis of outputs, the network gives {outputs}"
            raise LocatedError(message, ("model", "layers"))
        if self.training.defect and (loss, outputs) != ("mean_squared_error", (1,)):
            message = f"{self.training.defect} needs mean_squared_error and one output"
            raise LocatedError(message, ("training", "defect"))
        return self


class Study(Record):
    """One published comparison."""

    id: Slug
    title: str
    authors: str
    venue: str
    year: Count
    question: str
    """What the study wanted to know, in one sentence."""
    models: dict[Slug, Model] = Field(default_factory=dict)
    """Networks that several workloads share: a file may give the name in a workload's `model`."""
    workloads: tuple[Workload, ...] = Field(min_length=1)
    profiles: dict[ProfileName, ProfileScale]
    notes: tuple[str, ...] = ()
    """Where and with what the paper measured, and what its text has wrong."""
    left_out: tuple[LeftOut, ...] = ()
    contenders: tuple[Slug, ...] = Field(min_length=1)
    """What the study compares, by the kit's names; tables and statements name no other."""
    published: tuple[PublishedTable, ...] = ()
    no_results_because: str = ""
    """Why a study has no published numbers; without it, a study without any is refused."""
    ran: tuple[PublishedSetup, ...] = ()
    winners: tuple[PublishedWinner, ...] = ()
    statements: tuple[Statement, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _models_and_former_claims_stand_in(cls, given: dict[str, Any]) -> dict[str, Any]:
        given = with_statements(given)
        models, workloads = given.get("models"), given.get("workloads")
        if not isinstance(models, dict) or not isinstance(workloads, list | tuple):
            return given
        found = type(workloads)(_with_model(workload, models) for workload in workloads)
        return given | {"workloads": found}

    @model_validator(mode="after")
    def _workloads_can_be_told_apart(self) -> Study:
        known = [workload.id for workload in self.workloads]
        if len(set(known)) < len(known):
            raise ValueError(f"workload ids must be unique: {', '.join(known)}")
        for index, workload in enumerate(self.workloads):
            self._check_contenders(workload.contenders, ("workloads", index, "contenders"))
        missing = sorted({"smoke", "quick", "paper"} - set(self.profiles))
        if missing:
            raise ValueError(f"profiles: {', '.join(missing)} missing")
        return self

    @model_validator(mode="after")
    def _tables_have_rows(self) -> Study:
        for index, workload in enumerate(self.workloads):
            for profile in self.profiles if "score" in workload.tasks else ():
                scale = self.scale(profile, workload.id)
                if scale is not None and scale.rows is None:
                    message = f"score needs `rows`, which profile {profile} does not give"
                    raise LocatedError(message, ("workloads", index, "tasks"))
        return self

    @model_validator(mode="after")
    def _numbers_refer_to_what_there_is(self) -> Study:
        if bool(self.published) == bool(self.no_results_because):
            raise ValueError("give published tables, or say in no_results_because why none")
        for index, table in enumerate(self.published):
            self._check_workload(table.workload, ("published", index, "workload"))
            for place, column in enumerate(table.columns):
                at = ("published", index, "columns", place, "contenders")
                self._check_contenders(column.contenders, at)
        for index, winner in enumerate(self.winners):
            self._check_workload(winner.workload, ("winners", index, "workload"))
            self._check_contenders([winner.winner], ("winners", index, "winner"))
        for index, setup in enumerate(self.ran):
            if setup.workload is not None:
                self._check_workload(setup.workload, ("ran", index, "workload"))
        return self

    @model_validator(mode="after")
    def _statements_refer_to_what_there_is(self) -> Study:
        check_ids(self.id, self.statements)
        for index, statement in enumerate(self.statements):
            for place, reading in enumerate(statement.readings):
                where = ("statements", index, "readings", place)
                self._check_workload(reading.workload, (*where, "workload"))
                found = reading.comparisons(reading.devices[0])
                for side in (side for comparison in found for side in comparison.quantities):
                    self._check_contenders([side.contender], (*where, "holds"))
                    self._check_workload(side.workload or reading.workload, (*where, "holds"))
        return self

    def _check_workload(self, named: str, where: tuple[int | str, ...]) -> None:
        if named not in {workload.id for workload in self.workloads}:
            raise LocatedError(f"no workload {named!r} in this study", where)

    def _check_contenders(self, named: Iterable[str], where: tuple[int | str, ...]) -> None:
        strange = sorted(set(named) - set(self.contenders))
        if strange:
            raise LocatedError(f"{', '.join(strange)}: not among the study's contenders", where)

    def scale(self, profile: ProfileName, workload_id: str) -> ProfileScale | None:
        """Return how much of a workload a profile runs; None: the profile omits it."""
        change = self.workload(workload_id).scales.get(profile, ProfileScaleChange())
        if change.omitted_because:
            return None
        changed = change.model_dump(exclude_none=True, exclude={"omitted_because"})
        return self.profiles[profile].model_copy(update=changed)

    def asked(self, device: Device, profile: ProfileName) -> set[Asked]:
        """Return the jobs that the verdicts on a device rest on."""
        return {
            found
            for statement in self.statements
            for reading in statement.on(device)[:1]
            if self.is_trained_enough(reading, device, profile)
            for found in reading.asked(device)
        }

    def asked_by_turns(self, workload_id: str, device: Device, profile: ProfileName) -> set[Slug]:
        """Return the contenders on whose turns on a workload the verdicts of a profile rest."""
        return {
            one.contender
            for one in self.asked(device, profile)
            if (one.workload, one.device, one.task) == (workload_id, device, "turns")
        }

    def is_trained_enough(self, reading: Reading, device: Device, profile: ProfileName) -> bool:
        """Tell whether a profile trains as much as a reading needs to be judged."""
        return not reading.needs_paper_profile or all(
            self.trains_as_published(profile, workload) for workload in reading.workloads(device)
        )

    def trains_as_published(self, profile: ProfileName, workload_id: str) -> bool:
        """Tell whether a profile trains a workload as long, and on as much, as profile paper."""
        here, published = (self.scale(name, workload_id) for name in (profile, "paper"))
        if here is None or published is None:
            return False
        return all(getattr(here, name) == getattr(published, name) for name in OF_A_TRAINING)

    def workload(self, workload_id: str) -> Workload:
        """Return the workload by id; raise KeyError if there is none."""
        return {workload.id: workload for workload in self.workloads}[workload_id]


def _with_model(workload: Any, models: dict[str, Any]) -> Any:
    """Put the model in the place of its name; leave to the fields' own checks what is wrong."""
    if not isinstance(workload, dict) or not isinstance(name := workload.get("model"), str):
        return workload
    return workload | {"model": models[name]} if name in models else workload


class StudyError(Exception):
    """A study file cannot be used; the message names file, line and remedy."""


def load_study(path: Path) -> Study:
    """Read and check one study file.

    Raises:
        StudyError: `FILE:LINE: what is wrong`, for the first thing that is wrong.
    """
    return read_toml(path, Study, StudyError)


def study_files(folder: Path) -> dict[str, Path]:
    """Return the file of every study of a folder, by the study's id."""
    return {load_study(path).id: path for path in sorted(folder.glob("*.toml"))}


def load_studies(folder: Path) -> dict[str, Study]:
    """Read every study of a folder, by id, in file-name order.

    Raises:
        StudyError: a file cannot be used, two share an id or a workload's, or there is none.
    """
    studies: dict[str, Study] = {}
    taken: dict[str, str] = {}
    for path in sorted(folder.glob("*.toml")):
        study = load_study(path)
        if study.id in studies:
            raise _taken(path, ("id",), study.id, "another study")
        for index, workload in enumerate(study.workloads):
            if workload.id in taken:
                where = ("workloads", index, "id")
                raise _taken(path, where, workload.id, f"study {taken[workload.id]}")
            taken[workload.id] = study.id
        studies[study.id] = study
    if not studies:
        raise StudyError(f"{folder}: no study (*.toml) here")
    return studies


def _taken(path: Path, where: tuple[int | str, ...], name: str, owner: str) -> StudyError:
    place = located(path, path.read_text(encoding="utf-8"), where)
    return StudyError(f"{place}: {name!r} is taken by {owner}")
