"""Turns: what contenders that stand ready beside each other are asked for, and what they answer.

A block of turns has all contenders of a workload alive at once, on the same CPUs. They start side
by side, and each is frozen when its network is built. From then on one at a time is awake: to
prepare, for its turns, and to end. An order and its answer are lines of JSON (`contract.pipes`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, Literal

from pydantic import Field, NonNegativeFloat, PositiveFloat, PositiveInt

from contract.base import Record
from contract.disturbance import Disturbance
from contract.metric import SECONDS, Measured, NeededBy
from contract.numbers import Timed

TURN_SECONDS = 0.3
"""What a turn takes at least, so that the clock, and caches that others left cold, count little."""

Action = Literal["step", "predict_100", "predict_1"]
"""step: one training step on one batch; predict_100: a prediction of the job's `predict_samples`,
100 unless told otherwise; predict_1: a prediction of one sample."""

_BY_TURNS = NeededBy(("turns",))


class TurnOrder(Record):
    """What a runner is to do next; then it waits for the next order."""

    round: PositiveInt
    action: Action | Literal["prepare", "end"]
    """prepare: once, before the first round: time the first calls, and plan turns. end: no order
    follows; the runner writes its result."""


class TurnsReady(Record):
    """A runner waits for orders: its network is built, and later it is prepared for turns."""

    turn_seconds: dict[Action, PositiveFloat] = Field(default_factory=dict)
    """About how long a turn of each action will take; empty until it is prepared."""


class Turn(Record):
    """One turn, and the answer to its order."""

    round: PositiveInt
    """Of the block: each contender has a turn of each action in it, and another try where that was
    disturbed."""
    action: Action
    calls: PositiveInt
    seconds: Timed
    """Wall time of all calls."""
    cpu_seconds: NonNegativeFloat
    """User and system time of the process meanwhile."""
    disturbance: Disturbance

    @property
    def call_seconds(self) -> float:
        """Wall time of a call."""
        return self.seconds / self.calls


class Turns(Measured):
    """What a contender took in a block of turns; a sample is the mean of an undisturbed turn."""

    step_seconds: Annotated[tuple[PositiveFloat, ...], SECONDS] = ()
    """Of one training step on one batch."""
    step_cpu_seconds: Annotated[tuple[NonNegativeFloat, ...], SECONDS] = ()
    """User and system time of one training step."""
    predict_100_turn_seconds: Annotated[tuple[PositiveFloat, ...], SECONDS] = ()
    """Of one prediction of `predict_samples` samples."""
    predict_1_turn_seconds: Annotated[tuple[PositiveFloat, ...], SECONDS] = ()
    """Of one prediction of one sample."""
    step_first_seconds: Annotated[NonNegativeFloat | None, SECONDS, _BY_TURNS] = None
    """The first step after the start: tracing, lazy kernels, allocation."""
    predict_100_turn_first_seconds: Annotated[NonNegativeFloat | None, SECONDS, _BY_TURNS] = None
    """The first prediction of `predict_samples` samples, after the first step."""
    predict_1_turn_first_seconds: Annotated[NonNegativeFloat | None, SECONDS, _BY_TURNS] = None
    """The first prediction of one sample, after the others."""
    turns: tuple[Turn, ...] = Field(min_length=1)
    """All, disturbed ones included, in the order of time."""

    @classmethod
    def of(cls, first_seconds: Mapping[Action, float], taken: Sequence[Turn]) -> Turns:
        """Return the record of turns, given what the first call of each action took."""
        found: dict[str, float | tuple[float, ...]] = {}
        for action, name in _NAMES.items():
            undisturbed = undisturbed_turns(taken, action).values()
            found[f"{name}_first_seconds"] = first_seconds[action]
            found[f"{name}_seconds"] = tuple(turn.call_seconds for turn in undisturbed)
            if action == "step":
                cpu_seconds = tuple(turn.cpu_seconds / turn.calls for turn in undisturbed)
                found["step_cpu_seconds"] = cpu_seconds
        holes = [name for name, value in found.items() if value == ()]
        unmeasured = dict.fromkeys(holes, "no turn of it was undisturbed")
        return cls.model_validate({**found, "unmeasured": unmeasured, "turns": tuple(taken)})


_NAMES: Mapping[Action, str] = {
    "step": "step",
    "predict_100": "predict_100_turn",
    "predict_1": "predict_1_turn",
}
"""How the fields of an action begin."""


def undisturbed_turns(turns: Iterable[Turn], action: Action) -> dict[int, Turn]:
    """Return the undisturbed turn of each round that has one; of several, the last."""
    return {
        turn.round: turn
        for turn in turns
        if turn.action == action and not turn.disturbance.is_disturbed
    }
