"""What a runner found: `result.json`, written once, atomically."""

from __future__ import annotations

from typing import Literal

from pydantic import (
    AwareDatetime,
    Field,
    NonNegativeFloat,
    NonNegativeInt,
    PositiveInt,
    model_validator,
)

from contract.base import SCHEMA_VERSION, Precision, Record, SchemaVersion, Slug
from contract.fingerprint import Fingerprint
from contract.job import JobIdentity
from contract.latency import Latency
from contract.meters import Meters

Status = Literal["ok", "failed", "skipped"]
EvidenceKind = Literal[
    "forward_logits",
    "gradients",
    "losses",
    "trained_weights",
    "evaluation_logits",
    "dropout_masks",
]
MistakeKind = Literal[
    "wrong_shape", "wrong_dtype", "nan_input", "wrong_class_count", "out_of_memory_batch"
]


class Metrics(Record):
    """The measured numbers; `unmeasured` gives the reason for each that is None."""

    train_seconds: NonNegativeFloat | None = None
    """Training alone: the sum of `epoch_seconds`, without evaluation."""
    first_epoch_seconds: NonNegativeFloat | None = None
    first_epoch_excess_seconds: float | None = None
    """First epoch minus the mean of the others (S5's "first epoch over average")."""
    epoch_seconds: tuple[NonNegativeFloat, ...] = ()
    evaluate_seconds: NonNegativeFloat | None = None
    """Logits, loss and accuracy over the whole test set, after the last epoch."""
    test_accuracy: float | None = Field(default=None, ge=0, le=1)
    test_loss: float | None = None
    """After the last epoch; of a regression, the mean squared error."""
    best_test_accuracy: float | None = Field(default=None, ge=0, le=1)
    """The highest of all epochs."""
    train_accuracy: float | None = Field(default=None, ge=0, le=1)
    """As the last epoch's training saw it."""
    train_loss: float | None = None
    """As the last epoch's training saw it, each batch before its update."""
    predict_100_seconds: tuple[NonNegativeFloat, ...] = ()
    """One sample per timed call on `predict_samples` images, after one call that is not counted."""
    predict_100_first_seconds: NonNegativeFloat | None = None
    """The call that is not counted: tracing, lazy kernels, allocation."""
    peak_memory_bytes: NonNegativeInt | None = None
    """Peak resident memory of the runner's process over the whole job (the kernel's VmHWM)."""
    inference_peak_memory_bytes: NonNegativeInt | None = None
    """Largest resident memory that memory_profiler saw during the predictions (S2's measure)."""
    cgroup_peak_memory_bytes: NonNegativeInt | None = None
    """Peak of the job's own control group, page cache included."""
    cpu_seconds: NonNegativeFloat | None = None
    """User and system time of the process during the timed training."""
    cpu_percent: NonNegativeFloat | None = None
    """`cpu_seconds` over wall time and CPUs: 100 means that every pinned CPU was busy."""
    gpu_percent: NonNegativeFloat | None = None
    """Mean utilisation of the GPU during training, by NVML."""
    gpu_peak_memory_bytes: NonNegativeInt | None = None
    """Largest memory in use on the GPU during the job, by NVML."""
    import_seconds: NonNegativeFloat | None = None
    """Time to import the framework."""
    build_seconds: NonNegativeFloat | None = None
    """Time to build the network and load the canonical weights."""
    unmeasured: dict[str, str] = Field(default_factory=dict)
    """Why a metric is missing, by its name."""

    @model_validator(mode="after")
    def _holes_have_reasons(self) -> Metrics:
        for name in type(self).model_fields:
            if name != "unmeasured" and getattr(self, name) in (None, ()):
                if name not in self.unmeasured:
                    raise ValueError(f"{name} is missing without a reason in `unmeasured`")
            elif name in self.unmeasured:
                raise ValueError(f"{name} is measured and named in `unmeasured`")
        return self


class EpochRecord(Record):
    """One row of the learning curve."""

    epoch: PositiveInt
    seconds: NonNegativeFloat
    train_loss: float | None
    """Mean over the epoch's batches, each before its update."""
    train_accuracy: float | None = Field(ge=0, le=1)
    test_loss: float | None
    test_accuracy: float | None = Field(ge=0, le=1)


class Check(Record):
    """One piece of evidence against the float64 reference.

    `trained_weights` compares what training added to each tensor, not the tensor. `dropout_masks`
    has no reference to be equal to, for every framework draws its own: it is the distance of the
    share of zeros from the rate, in standard deviations, infinite where the scale is wrong.
    """

    kind: EvidenceKind
    error: float
    """Measured distance, by `measure`; a diverged run (not a finite number) is stored as 1e300."""
    measure: Literal["max_abs", "max_relative", "relative_l2", "standard_deviations"]
    tolerance: float
    worst: str
    """The tensor or step in which the distance was found."""
    floor: NonNegativeFloat | None = None
    """Distance of the reference itself in float32 from the reference, where the tolerance alone was
    missed: what the precision costs on this network, whoever computes it."""
    cause: str = ""
    """Why the tolerance was missed, where that is known; a check may pass by its floor."""
    passed: bool


class EvidenceCase(Record):
    """The five kinds of evidence for one optimizer in one precision."""

    optimizer: Literal["sgd", "momentum", "adam"]
    precision: Precision
    checks: tuple[Check, ...] = Field(min_length=1)

    @property
    def passed(self) -> bool:
        """Whether every check passed."""
        return all(check.passed for check in self.checks)


class Equivalence(Record):
    """Whether a contender computes the network that the study describes."""

    passed: bool
    batch_size: PositiveInt
    steps: PositiveInt
    cases: tuple[EvidenceCase, ...] = Field(min_length=1)
    unavailable: dict[Precision, str] = Field(default_factory=dict)
    """Precisions that the contender does not have, with the reason."""

    @model_validator(mode="after")
    def _verdict_follows_from_cases(self) -> Equivalence:
        if self.passed != all(case.passed for case in self.cases):
            raise ValueError("`passed` contradicts the cases")
        return self


class UsageSample(Record):
    """What the job used at one moment, seen by a process beside it."""

    elapsed_seconds: NonNegativeFloat
    """Since the job's training (or prediction) began."""
    cpu_percent: NonNegativeFloat
    """Since the sample before, over the pinned CPUs: 100 means that all were busy."""
    memory_bytes: NonNegativeInt
    """Resident memory of the runner's process."""
    gpu_percent: NonNegativeFloat | None = None
    """None on a CPU."""
    gpu_memory_bytes: NonNegativeInt | None = None
    """None on a CPU."""


class TransferCell(Record):
    """Weights of one contender in another: S2's "train in one, deploy in another without loss"."""

    trained_by: Slug
    accuracy: float = Field(ge=0, le=1)
    """Of the contender that evaluates, on the job's test samples."""
    trained_accuracy: float = Field(ge=0, le=1)
    """Of the contender that trained, on the same samples."""
    largest_logit_difference: NonNegativeFloat
    """Largest |difference| of the two contenders' logits over the largest |logit|."""
    samples: PositiveInt


class Mistake(Record):
    """A mistake that was made on purpose, and what the framework said to it."""

    kind: MistakeKind
    raised: bool
    """Whether there was an error at all; False: the framework computed something."""
    stage: Literal["build", "run"] | None
    """When the error came; None without one."""
    error_type: str
    message: str
    """As the framework wrote it, cut to 4,000 characters; empty without an error."""
    names_layer: bool
    names_expected: bool
    """Whether the message gives what would have been right: shape, type, number or limit."""
    names_found: bool
    """Whether the message gives what was wrong: shape, type, number or size."""
    score: int = Field(ge=0, le=4)
    """One point each for: an error at all, the layer, the expected, the found."""


class Scoring(Record):
    """A table that was scored: `SELECT id, label, predict(image) FROM images WHERE ink >= …`."""

    rows: PositiveInt
    """Of the table."""
    table_bytes: PositiveInt
    """Of its files."""
    selected: PositiveInt
    """Rows that the filter lets pass; only these are predicted."""
    right: NonNegativeInt
    """Selected rows whose largest logit is that of their label; the weights are not trained."""
    predicted: tuple[NonNegativeInt, ...]
    """Selected rows by the class of their largest logit: alike for all who compute alike."""
    largest_logit_difference: NonNegativeFloat
    """Largest |difference| from the float64 reference over its largest |logit|, on `compared`."""
    compared: PositiveInt
    """The first selected rows, which the reference predicted too."""
    first_seconds: NonNegativeFloat
    """The first scan of the whole table, with all that is prepared once."""
    seconds: tuple[NonNegativeFloat, ...] = Field(min_length=1)
    """One per scan after it."""
    drivers: PositiveInt
    """Threads that may scan and decode."""
    way: str
    """Who scans, who filters and who predicts."""
    peak_memory_bytes: PositiveInt
    """Peak resident memory of the runner's process up to the last scan (the kernel's VmHWM)."""


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
    metrics: Metrics | None = None
    history: tuple[EpochRecord, ...] = ()
    confusion_matrix: tuple[tuple[NonNegativeInt, ...], ...] | None = None
    """Rows: true class; columns: predicted class; over the test set."""
    equivalence: Equivalence | None = None
    defaults: dict[str, str] = Field(default_factory=dict)
    """Under the published protocol: what was left to the framework, by topic."""
    usage: tuple[UsageSample, ...] = ()
    """Over the training, or over the predictions of a job that does not train."""
    meters: Meters | None = None
    """Over the same time; None where a job neither trains nor predicts."""
    latency: Latency | None = None
    """Of a job that only predicts."""
    transfer: tuple[TransferCell, ...] = ()
    mistakes: tuple[Mistake, ...] = ()
    scoring: Scoring | None = None
    pins: dict[str, Pin] = Field(default_factory=dict)
    fingerprint: Fingerprint | None = None
    failure: Failure | None = None

    @property
    def is_ok(self) -> bool:
        """Whether there is a measurement."""
        return self.status == "ok"

    @model_validator(mode="after")
    def _status_follows_from_content(self) -> Result:
        if (self.status == "ok") != (self.failure is None):
            raise ValueError("`failure` is given exactly when the status is not ok")
        if self.status == "ok" and (self.fingerprint is None or not self.pins):
            raise ValueError("an ok result needs its fingerprint and its pins")
        broken = sorted(name for name, pin in self.pins.items() if not pin.matches)
        if self.status == "ok" and broken:
            raise ValueError(f"an ok result has no broken pin; broken: {', '.join(broken)}")
        return self
