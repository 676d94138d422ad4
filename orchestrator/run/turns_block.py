"""A block of turns: a workload's contenders start side by side, then one at a time is awake."""

import random
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TypeVar, get_args

from contract.job import JobSpec, Limits
from contract.journal import SentinelTurn
from contract.pipes import make_pipes
from contract.result import Failure, Result
from contract.turns import Action, TurnOrder
from orchestrator.errors import PlumblineError
from orchestrator.hosts.sentinel import SentinelTurns
from orchestrator.run.context import RunContext, RunState
from orchestrator.run.decide import ResolvedJob
from orchestrator.run.follow import Ending
from orchestrator.run.judge import judge
from orchestrator.run.line import prepare, record
from orchestrator.run.outcome import JobOutcome
from orchestrator.run.participant import PartEndedError, Participant
from orchestrator.store.journal import now

_AGAIN_SHARE = 0.25
"""Of the planned turns of a block, how many are taken once more because others disturbed them: on a
machine that is never quiet, more would only double the time."""
_PREPARE = TurnOrder(round=1, action="prepare")
_T = TypeVar("_T")


@dataclass
class _Seat:
    """A job that was started."""

    job: ResolvedJob
    participant: Participant
    started: datetime
    is_ready: bool = False
    ending: Ending | None = None
    """None while it takes part."""


class TurnsBlock:
    """The jobs of a block that run."""

    def __init__(self, first: JobSpec, context: RunContext, state: RunState) -> None:
        self._first = first
        self._context = context
        self._state = state
        self._shuffle = random.Random(f"{first.seed}.{first.workload}").shuffle
        self._began: float | None = None
        self._left_again = 0
        self.seats: list[_Seat] = []
        self.outcomes: dict[str, JobOutcome] = {}
        """By job id; at the end, of all."""

    @property
    def taking_part(self) -> list[_Seat]:
        """Those that were started and have not ended."""
        return [seat for seat in self.seats if seat.ending is None]

    def take_in(self, job: ResolvedJob, result: Result | None) -> None:
        """Note the result of a job that does not run; start one that has none."""
        place = self._state.place(len(self.outcomes) + len(self.seats))
        self._context.display.job_starts(job.spec, *place, self._state.left())
        if result is None:
            self._start(job)
        else:
            self.outcomes[job.spec.job_id] = JobOutcome(result)

    def make_ready(self) -> None:
        """Let all that were started build, side by side; then prepare each while all are frozen."""
        unready = [seat for seat in self.taking_part if not seat.is_ready]
        building = list(unready)
        while building:
            for seat in list(building):
                with self._part_of(seat):
                    if not seat.participant.is_built():
                        continue
                building.remove(seat)
        for seat in unready:
            if seat.ending is None:
                with self._part_of(seat):
                    seat.participant.prepare(_PREPARE)
                    seat.is_ready = True

    def _start(self, job: ResolvedJob) -> None:
        self._began = self._began or time.monotonic()
        context, spec, started = self._context, job.spec, now()
        folder = prepare(job, context, self._state)
        try:
            pipes = make_pipes(folder)
        except OSError as error:
            cause = f"the pipes for its orders cannot be made in {folder}: {error.strerror}"
            failure = Failure(cause=cause, remedy="choose a folder on another disk with --output")
            result = record(job, failure, started, 0.0, context)
            self.outcomes[spec.job_id] = JobOutcome(result, 0.0)
            return
        info, _ = context.contenders[spec.contender]
        process = context.launcher.start(spec, info, folder)
        show = context.display.job_event
        self.seats.append(_Seat(job, Participant(spec, folder, process, pipes, show), started))

    def run(self, sentinel_turns: Callable[[Limits], SentinelTurns]) -> None:
        """Let all that are ready take their turns and end; note what came of each."""
        if not self.taking_part:  # all have their results already, or none got ready
            self._record()
            return
        rounds = self._first.turn_rounds or 0
        planned = rounds * len(get_args(Action)) * len(self.seats)
        self._left_again = int(_AGAIN_SHARE * planned)
        with ExitStack() as stack:
            sentinel = self._unless_it_fails(
                lambda: stack.enter_context(sentinel_turns(self._first.limits))
            )
            for number in range(1, 1 + rounds):
                if sentinel is not None:
                    self._unless_it_fails(partial(self._sentinel_turn, sentinel, number))
                self._round(number)
        for seat in self.taking_part:
            with self._part_of(seat):
                seat.ending = seat.participant.finish(TurnOrder(round=rounds, action="end"))
                seat.participant.leave()
        self._record()

    def end(self) -> None:
        """End what still takes part: the block was interrupted."""
        for seat in self.taking_part:
            self._end(seat, "")

    def _round(self, number: int) -> None:
        for action in get_args(Action):
            seats = self.taking_part
            self._shuffle(seats)
            order = TurnOrder(round=number, action=action)
            for seat in seats:
                with self._part_of(seat):
                    turn = seat.participant.take(order)
                    if turn.disturbance.is_disturbed and self._left_again > 0:
                        self._left_again -= 1
                        seat.participant.take(order)
        for seat in self.taking_part:
            seat.participant.show_events()

    @contextmanager
    def _part_of(self, seat: _Seat) -> Iterator[None]:
        """End a job's part where it dies, hangs, will not freeze or talks nonsense."""
        try:
            yield
        except PartEndedError as error:
            self._end(seat, str(error))

    def _end(self, seat: _Seat, cause: str) -> None:
        seat.ending = seat.participant.end(cause)
        seat.participant.leave()

    def _record(self) -> None:
        now_seconds = time.monotonic()
        block_seconds = now_seconds - (self._began or now_seconds)
        awake_seconds = sum(seat.participant.awake_seconds for seat in self.seats)
        for seat in self.seats:
            participant, spec = seat.participant, seat.job.spec
            assert seat.ending is not None
            judged = judge(spec, participant.folder, seat.ending)
            seconds = block_seconds * participant.awake_seconds / awake_seconds
            result = record(seat.job, judged, seat.started, seconds, self._context)
            self.outcomes[spec.job_id] = JobOutcome(result, seconds)

    def _sentinel_turn(self, sentinel: SentinelTurns, number: int) -> None:
        first, started = self._first, now()
        self._context.store.journal.add(
            SentinelTurn(
                host=self._context.host,
                block=first.repeat,
                study=first.study,
                workload=first.workload,
                round=number,
                started=started,
                samples_seconds=sentinel.take(),
            )
        )

    def _unless_it_fails(self, act: Callable[[], _T]) -> _T | None:
        """Return what a sentinel gives; say so where it gives nothing: the block goes on."""
        try:
            return act()
        except PlumblineError as error:
            self._context.display.say(f"{error.cause}; the block goes on without")
            return None
