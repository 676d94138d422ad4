"""What a runner is asked to do."""

from __future__ import annotations

from pydantic import Field, NonNegativeInt, PositiveFloat, PositiveInt, model_validator

from contract.base import SCHEMA_VERSION, Device, Protocol, Record, SchemaVersion, Slug, Task
from contract.model import Model
from contract.numbers import Count, Repeats, Seconds, Seed
from contract.training import Training


class Limits(Record):
    """The resources a job gets, no more and no fewer."""

    cpus: tuple[NonNegativeInt, ...] = Field(min_length=1)
    """Logical CPUs that the job may run on, by the kernel's numbering."""
    cpu_quota: PositiveFloat | None = None
    """CPUs' worth of time that a control group allows the job; None: all the time of its CPUs."""
    threads: PositiveInt
    """Size of every compute thread pool."""
    memory_bytes: PositiveInt
    timeout_seconds: Seconds

    @model_validator(mode="after")
    def _threads_fit(self) -> Limits:
        if self.threads > len(self.cpus):
            raise ValueError(f"{self.threads} threads on {len(self.cpus)} CPUs would oversubscribe")
        return self


class JobIdentity(Record):
    """What tells one job from another within a run."""

    study: Slug
    workload: Slug
    contender: Slug
    protocol: Protocol
    task: Task
    device: Device
    seed: Seed
    repeat: Repeats
    """Number of the block that the job belongs to, from 1."""

    @property
    def job_id(self) -> str:
        """The job's folder name."""
        return (
            f"{self.study}.{self.workload}.{self.contender}.{self.protocol}.{self.device}"
            f".{self.task}.seed{self.seed}.repeat{self.repeat}"
        )


class JobSpec(JobIdentity):
    """One job, whole: a runner needs nothing else but the data."""

    schema_version: SchemaVersion = SCHEMA_VERSION
    dataset: Slug
    model: Model
    training: Training
    epochs: Count
    train_samples: Count | None = None
    """First n training samples; None means all."""
    test_samples: Count | None = None
    """First n test samples; None means all."""
    predict_samples: Count = 100
    """Batch of the prediction measurement; S2's Table counts 100 samples."""
    predict_repeats: Count = 30
    """Timed predictions of that batch; of a score, timed scans of the whole table."""
    latency_seconds: Seconds = 0.1
    """Of a prediction: how long calls of one batch size are timed, after the least number."""
    rows: Count | None = None
    """Of a score: the rows of the table."""
    turn_rounds: Count | None = None
    """Of turns: the rounds of the block; each has a turn of every action."""
    limits: Limits
    transfer_from: tuple[Slug, ...] = ()
    """Of a transfer: the contenders whose weights lie in `given/<contender>/` beside the job."""
    data_dir: str
    """Folder that holds the decoded arrays, as the runner sees it."""

    @model_validator(mode="after")
    def _task_has_what_it_needs(self) -> JobSpec:
        if (self.task == "transfer") != bool(self.transfer_from):
            raise ValueError("`transfer_from` is given exactly when the task is transfer")
        if (self.task == "score") != (self.rows is not None):
            raise ValueError("`rows` is given exactly when the task is score")
        if (self.task == "turns") != (self.turn_rounds is not None):
            raise ValueError("`turn_rounds` is given exactly when the task is turns")
        return self

    @property
    def identity(self) -> JobIdentity:
        """The part of the job that results are filed under."""
        return JobIdentity(**{name: getattr(self, name) for name in JobIdentity.model_fields})
