"""What the tasks that neither train nor predict found out."""

from statistics import median
from typing import Annotated, Literal

from pydantic import Field, NonNegativeFloat, NonNegativeInt, PositiveInt

from contract.base import Record, Slug
from contract.metric import BYTES, SECONDS, Measured
from contract.numbers import Timed

MistakeKind = Literal[
    "wrong_shape", "wrong_dtype", "nan_input", "wrong_class_count", "out_of_memory_batch"
]


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
    """Whether there was an error at all; False: the framework computed something, or its process
    died, which tells a user nothing."""
    stage: Literal["build", "run"] | None
    """When the error came; None without one."""
    error_type: str
    """Without an error: how the process ended, where it died; otherwise empty."""
    message: str
    """As the framework wrote it, cut to 4,000 characters; empty without an error."""
    names_layer: bool
    names_expected: bool
    """Whether the message gives what would have been right: shape, type, number or limit."""
    names_found: bool
    """Whether the message gives what was wrong: shape, type, number or size."""
    score: int = Field(ge=0, le=4)
    """One point each for: an error at all, the layer, the expected, the found."""


class Scoring(Measured):
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
    scan_seconds: Annotated[tuple[Timed, ...], SECONDS] = Field(min_length=1)
    """One per scan after it."""
    drivers: PositiveInt
    """Threads that may scan and decode."""
    way: str
    """Who scans, who filters and who predicts."""
    scan_peak_memory_bytes: Annotated[PositiveInt, BYTES]
    """Peak resident memory of the runner's process up to the last scan (the kernel's VmHWM)."""

    @property
    def rows_per_second(self) -> float:
        """Rows of the table over the median scan."""
        return self.rows / median(self.scan_seconds)
