"""How long predictions take by the size of their batch."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, NonNegativeFloat, PositiveInt, model_validator

from contract.base import Record
from contract.metric import SECONDS
from contract.numbers import Timed

SearchEnd = Literal["throughput", "memory", "time"]
"""throughput: it rose no more; memory: the next batch would need more than the harness allows a
prediction; time: the next batch would have taken longer than the job had left for the search."""


class BatchLatency(Record):
    """Predictions of one batch size; a report makes quantiles and throughput of the samples."""

    batch_size: PositiveInt
    warmup_seconds: tuple[NonNegativeFloat, ...] = Field(min_length=1)
    """The calls before the timed ones: tracing, allocation, lazy kernels."""
    seconds: Annotated[tuple[Timed, ...], SECONDS] = Field(min_length=1)
    """One sample per call."""


class Latency(Record):
    """Batch 1, the batch of the prediction measurement, and what the search for the best tried."""

    batches: tuple[BatchLatency, ...] = Field(min_length=1)
    """By batch size, ascending."""
    predicted_batch_size: PositiveInt
    """The batch of the prediction measurement."""
    best_batch_size: PositiveInt
    """The one with the highest throughput in this job."""
    search_ended: SearchEnd
    """Why no larger batch was tried."""

    @model_validator(mode="after")
    def _batches_are_told_apart(self) -> Latency:
        sizes = [batch.batch_size for batch in self.batches]
        if sizes != sorted(set(sizes)):
            raise ValueError(f"batch sizes must ascend without repetition: {sizes}")
        for size in (1, self.predicted_batch_size, self.best_batch_size):
            if size not in sizes:
                raise ValueError(f"batch {size} is not among {sizes}")
        return self
