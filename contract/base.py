"""What every record of the contract has in common."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, StringConstraints

SCHEMA_VERSION: Literal[4] = 4
"""Raised when a field of a record changes its meaning or goes away (see contract.versions)."""


def _no_truth_value(value: object) -> object:
    # To Python, and so to a Literal, True is equal to 1.
    if isinstance(value, bool):
        raise ValueError("a version is a number")
    return value


SchemaVersion = Annotated[Literal[4], BeforeValidator(_no_truth_value)]

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=64)]
"""A name that is safe in a path, a container label and a URL hash."""

Device = Literal["cpu", "cuda"]
EVERY_DEVICE: tuple[Device, ...] = ("cpu", "cuda")
Precision = Literal["float32", "float64"]
Protocol = Literal["matched", "published"]
"""matched: everything equal but the framework; published: each framework's own defaults."""
Task = Literal["verify", "train", "predict", "transfer", "mistakes", "score", "sweep", "turns"]
"""verify: the equivalence gate alone; train: train, evaluate, predict; predict: inference alone;
transfer: evaluate weights that other contenders trained; mistakes: make seeded mistakes, keep what
the framework says; score: scan a table of images, and predict the rows that pass a filter; sweep:
train new networks for 1, 2 … epochs, as S4 did; turns: take steps and predictions in turn with the
other contenders, all of them alive at once."""
TASKS: Mapping[Protocol, tuple[Task, ...]] = {
    "matched": ("verify", "train", "predict", "transfer", "mistakes", "score", "turns"),
    "published": ("train", "predict", "sweep"),
}
"""What each protocol has: a sweep is a paper's own way of training; turns are made of steps, and a
framework's own loop is one of epochs; what is left has no defaults that could tell."""
TIMED_TASKS: tuple[Task, ...] = ("train", "predict", "score", "turns")
"""What a block repeats; the others are done once, and nothing in them is timed."""
TIMED_ALONE: tuple[Task, ...] = tuple(task for task in TIMED_TASKS if task != "turns")
"""Those that have the machine for themselves, so that a block takes minutes: a sentinel watches how
the machine changes meanwhile. Contenders that take turns share its changes."""
ProfileName = Literal["smoke", "quick", "paper"]


class Record(BaseModel):
    """An immutable record; a field that is not declared is an error, not a guest."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class LocatedError(ValueError):
    """A value that does not fit, with its place relative to the record that found it."""

    def __init__(self, message: str, path: tuple[int | str, ...]) -> None:
        super().__init__(message)
        self.path = path
