"""What a runner says while it works: one JSON object per line of `events.jsonl`, flushed."""

from typing import Annotated, Literal

from pydantic import (
    AwareDatetime,
    Field,
    NonNegativeFloat,
    NonNegativeInt,
    PositiveInt,
    TypeAdapter,
)

from contract.base import SCHEMA_VERSION, Record, SchemaVersion
from contract.untrusted import UntrustedError, parse_with

MAX_LINE_BYTES = 64 * 2**10

Phase = Literal[
    "start", "load", "build", "verify", "train", "evaluate", "predict", "turns", "write"
]


class _Event(Record):
    schema_version: SchemaVersion = SCHEMA_VERSION
    time: AwareDatetime
    """Wall clock, for people."""
    elapsed_seconds: NonNegativeFloat
    """Monotonic, since the runner started; for arithmetic."""


class PhaseEvent(_Event):
    """A phase begins."""

    kind: Literal["phase"] = "phase"
    phase: Phase
    message: str = ""


class ProgressEvent(_Event):
    """Part of a phase is done; at most a few a second."""

    kind: Literal["progress"] = "progress"
    phase: Phase
    done: NonNegativeInt
    total: PositiveInt


class EpochEvent(_Event):
    """An epoch of training is done and evaluated."""

    kind: Literal["epoch"] = "epoch"
    epoch: PositiveInt
    epochs: PositiveInt
    seconds: NonNegativeFloat
    train_loss: float | None
    test_accuracy: float | None


class FailureEvent(_Event):
    """The job failed; always the last line."""

    kind: Literal["failure"] = "failure"
    cause: str
    remedy: str


class DoneEvent(_Event):
    """The result is written; always the last line."""

    kind: Literal["done"] = "done"


Event = Annotated[
    PhaseEvent | ProgressEvent | EpochEvent | FailureEvent | DoneEvent,
    Field(discriminator="kind"),
]
EVENT: TypeAdapter[Event] = TypeAdapter(Event)
"""Validates and serialises one event."""


def parse_event(line: bytes) -> Event | None:
    """Return the event that a line spells; None where it spells none, or is too long to be one."""
    if len(line) > MAX_LINE_BYTES:
        return None
    try:
        return parse_with(EVENT.validate_json, line, "event")
    except UntrustedError:
        return None
