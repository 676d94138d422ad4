"""What a runner found: `result.json`, written once, atomically."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field, NonNegativeFloat, NonNegativeInt, model_validator

from contract.base import SCHEMA_VERSION, Record, SchemaVersion
from contract.disturbance import Disturbance, TimedPart
from contract.evidence import Equivalence
from contract.fingerprint import Fingerprint
from contract.job import JobIdentity
from contract.latency import Latency
from contract.meters import Meters
from contract.metric import NeededBy, lacking
from contract.metrics import EpochRecord, Metrics, UsageSample
from contract.outcomes import Mistake, Scoring, TransferCell
from contract.turns import Turns

Status = Literal["ok", "failed", "skipped"]


class Pin(Record):
    """A resource that was set from outside and read back from inside."""

    requested: str
    observed: str
    matches: bool


class Failure(Record):
    """Why there is no measurement."""

    cause: str
    remedy: str


class Result(Record):
    """One finished job."""

    schema_version: SchemaVersion = SCHEMA_VERSION
    status: Status
    job: JobIdentity
    started: AwareDatetime
    finished: AwareDatetime
    metrics: Annotated[Metrics | None, NeededBy(("train", "predict"))] = None
    history: Annotated[tuple[EpochRecord, ...], NeededBy(("train",))] = ()
    sweep: Annotated[tuple[EpochRecord, ...], NeededBy(("sweep",))] = ()
    """A row for each training of a sweep: its number of epochs, the seconds of all of them, and
    what its last epoch showed."""
    confusion_matrix: tuple[tuple[NonNegativeInt, ...], ...] | None = None
    """Rows: true class; columns: predicted class; over the test set. None for a regression."""
    mean_test_loss: NonNegativeFloat | None = None
    """Test loss of always answering the mean of the training targets. None where there are classes,
    and in records that do not tell."""
    equivalence: Annotated[Equivalence | None, NeededBy(("verify",))] = None
    defaults: dict[str, str] = Field(default_factory=dict)
    """Under the published protocol: what was left to the framework, by topic."""
    usage: tuple[UsageSample, ...] = ()
    """Over the training, or over the predictions of a job that does not train."""
    meters: Annotated[Meters | None, NeededBy(("train", "predict"))] = None
    """Over the same time; None where a job neither trains nor predicts."""
    disturbances: dict[TimedPart, Disturbance] = Field(default_factory=dict)
    """What happened beside what was timed; empty in records that do not tell, and where nothing
    was timed."""
    latency: Annotated[Latency | None, NeededBy(("predict",))] = None
    """Of a job that only predicts."""
    transfer: Annotated[tuple[TransferCell, ...], NeededBy(("transfer",))] = ()
    mistakes: Annotated[tuple[Mistake, ...], NeededBy(("mistakes",))] = ()
    scoring: Annotated[Scoring | None, NeededBy(("score",))] = None
    turns: Annotated[Turns | None, NeededBy(("turns",))] = None
    pins: dict[str, Pin] = Field(default_factory=dict)
    fingerprint: Fingerprint | None = None
    failure: Failure | None = None

    @property
    def is_ok(self) -> bool:
        """Whether there is a measurement."""
        return self.status == "ok"

    @property
    def disturbed_because(self) -> str:
        """What disturbed the job while it was timed, so that its times count for no verdict.

        Empty where nothing did, as far as is known.
        """
        return next((found.cause for found in self.disturbances.values() if found.cause), "")

    @property
    def measured(self) -> Iterator[Metrics | Meters | Scoring | Turns]:
        """The records of metrics that the job has."""
        records = (self.metrics, self.meters, self.scoring, self.turns)
        return (record for record in records if record is not None)

    @model_validator(mode="after")
    def _status_follows_from_content(self) -> Result:
        if self.is_ok != (self.failure is None):
            raise ValueError("`failure` is given exactly when the status is not ok")
        if self.is_ok and (self.fingerprint is None or not self.pins):
            raise ValueError("an ok result needs its fingerprint and its pins")
        broken = sorted(name for name, pin in self.pins.items() if not pin.matches)
        if self.is_ok and broken:
            raise ValueError(f"an ok result has no broken pin; broken: {', '.join(broken)}")
        return self

    @model_validator(mode="after")
    def _ok_has_what_its_task_measures(self) -> Result:
        task = self.job.task
        missing = [name for record in (self, *self.measured) for name in lacking(record, task)]
        if self.is_ok and missing:
            raise ValueError(f"an ok {task} result needs: {', '.join(missing)}")
        return self
