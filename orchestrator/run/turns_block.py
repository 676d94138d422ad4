"""A block of turns: all contenders of a workload are alive at once, and one at a time is awake."""

import random
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import groupby
from typing import TypeVar, get_args

from contract.job import JobSpec, Limits
from contract.journal import SentinelTurn
from contract.pipes import make_pipes
from contract.result import Failure, Result
from contract.turns import Action, TurnOrder
from orchestrator.errors import PlumblineError
from orchestrator.hosts.sentinel import SentinelTurns
from orchestrator.run.context import RunContext, RunState
from orchestrator.run.decide import ResolvedJob, decide, resolve
from orchestrator.run.follow import Ending
from orchestrator.run.judge import judge
from orchestrator.run.line import prepare, record, settle
from orchestrator.run.outcome import JobOutcome
from orchestrator.run.participant import PartEndedError, Participant
from orchestrator.store.earlier_runs import Measured
from orchestrator.store.journal import now

_AGAIN_SHARE = 0.25
"""Of the planned turns of a block, how many are taken once more because others disturbed them: on a
machine that is never quiet, more would only double the time."""
_AGAIN = "its block of turns runs again"
_T = TypeVar("_T")


def taken_together(jobs: Sequence[JobSpec]) -> Iterator[list[JobSpec]]:
    """Yield each job by itself, in order, but those of one block of turns together."""
    for _, group in groupby(jobs, key=_block_of):
        yield list(group)


def _block_of(job: JobSpec) -> tuple[str, ...]:
    if job.task != "turns":
        return (job.job_id,)
    return job.task, job.study, job.workload, job.device, str(job.repeat)


def run_turns(
    planned: Sequence[JobSpec],
    context: RunContext,
    state: RunState,
    before_launch: Callable[[JobSpec], None],
    sentinel_turns: Callable[[Limits], SentinelTurns],
) -> list[JobOutcome]:
    """Take the jobs of a block of turns all the way; return what came of each, in order.

    A block is used again only whole: samples are compared with those of the same minute. Whatever
    happens to one of its jobs becomes the result of that one; the others go on.

    Args:
        planned: The jobs.
        context: What they are run with.
        state: How far the run has come.
        before_launch: Called once, where any of them really runs.
        sentinel_turns: Starts a sentinel that takes turns too.

    Raises:
        KeyboardInterrupt: after all of them were stopped.
        PlumblineError: the disk is full, or jobs cannot be started any more.
    """
    block = _Block(planned[0], context, state)
    try:
        for job, result in _settled(planned, context, state, before_launch):
            place = state.place(len(block.outcomes) + len(block.seats))
            context.display.job_starts(job.spec, *place, state.left())
            if result is None:
                block.seat(job)
            else:
                block.outcomes[job.spec.job_id] = JobOutcome(result)
        block.run(sentinel_turns)
    finally:
        block.end()
    return [block.outcomes[job.job_id] for job in planned]


def _settled(
    planned: Sequence[JobSpec],
    context: RunContext,
    state: RunState,
    before_launch: Callable[[JobSpec], None],
) -> Iterator[tuple[ResolvedJob, Result | None]]:
    """Yield the jobs, each with its result where it does not run."""
    jobs = [resolve(job, context) for job in planned]
    decisions = [decide(job, context, state.gates) for job in jobs]
    runs = any(decision is None for decision, _ in decisions)
    if runs:
        before_launch(planned[0])
    for job, (decision, outdated) in zip(jobs, decisions, strict=True):
        if runs and isinstance(decision, Result | Measured):
            because = _AGAIN if isinstance(decision, Result) else outdated
            yield job, settle(job, None, because, context)
        else:
            yield job, settle(job, decision, outdated, context)


@dataclass
class _Seat:
    """A job that was started."""

    job: ResolvedJob
    participant: Participant
    started: datetime
    ending: Ending | None = None
    """None while it takes part."""


class _Block:
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

    def seat(self, job: ResolvedJob) -> None:
        """Start a job, while the others are frozen, and freeze it when it is ready."""
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
        seat = _Seat(job, Participant(spec, folder, process, pipes, show), started)
        self.seats.append(seat)
        with self._part_of(seat):
            seat.participant.make_ready()

    def run(self, sentinel_turns: Callable[[Limits], SentinelTurns]) -> None:
        """Let all that are ready take their turns and end; note what came of each."""
        if not self._taking_part():  # all have their results already, or none got ready
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
        for seat in self._taking_part():
            with self._part_of(seat):
                seat.ending = seat.participant.finish(TurnOrder(round=rounds, action="end"))
                seat.participant.leave()
        self._record()

    def end(self) -> None:
        """End what still takes part: the block was interrupted."""
        for seat in self._taking_part():
            self._end(seat, "")

    def _round(self, number: int) -> None:
        for action in get_args(Action):
            seats = self._taking_part()
            self._shuffle(seats)
            order = TurnOrder(round=number, action=action)
            for seat in seats:
                with self._part_of(seat):
                    turn = seat.participant.take(order)
                    if turn.disturbance.is_disturbed and self._left_again > 0:
                        self._left_again -= 1
                        seat.participant.take(order)
        for seat in self._taking_part():
            seat.participant.show_events()

    def _taking_part(self) -> list[_Seat]:
        return [seat for seat in self.seats if seat.ending is None]

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
        awake_seconds = sum(seat.participant.awake_seconds for seat in self.seats)
        now_seconds = time.monotonic()
        beside_seconds = now_seconds - (self._began or now_seconds) - awake_seconds
        for seat in self.seats:
            participant, spec = seat.participant, seat.job.spec
            assert seat.ending is not None
            judged = judge(spec, participant.folder, seat.ending)
            seconds = participant.awake_seconds + beside_seconds / len(self.seats)
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
