"""Taking turns: fixed numbers of steps and predictions, at the word of the orchestrator."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import cycle
from math import ceil

import numpy as np

from contract.job import JobSpec
from contract.pipes import LinePipes, PipeError
from contract.turns import TURN_SECONDS, Action, Turn, TurnOrder, Turns, TurnsReady
from contract.untrusted import UntrustedError, parse_record
from runners.harness.contender.network import Batch, Network
from runners.harness.errors import RunnerError
from runners.harness.events import EventLog
from runners.harness.instruments.disturbance import DisturbanceWatch
from runners.harness.measure.measure import evaluation_batch_size
from runners.harness.measure.stopwatch import Stopwatch
from runners.harness.tasks.samples import Samples

_LOOK_SECONDS = 1.0
_MARGIN = 1.1
"""A turn is planned a little longer than it must be: the calls that plan it are not all alike."""
_MOST_GROWTH = 10
"""Of a trial over the one before: on a busy machine, a fast call may be followed by slow ones."""
_STEP_BYTES = 256 << 20
"""Of the samples that steps go round: the contenders of a block are all in memory at once."""
_REMEDY = "see how the run ended; then run again with --resume"

_Calls = Callable[[], object]


def take_turns(
    network: Network, job: JobSpec, samples: Samples, pipes: LinePipes, events: EventLog
) -> Turns:
    """Say that the network is built, prepare when told to, and take turns until no order follows.

    Others may be awake as long as nothing was ordered: until then, nothing is measured.

    Raises:
        RunnerError: the orchestrator is gone, silent for longer than the job's deadline, or not to
            be understood.
    """
    actions = _actions(network, job, samples)
    watch = DisturbanceWatch(job.limits.cpus)
    taken: list[Turn] = []
    try:
        pipes.send(TurnsReady().model_dump_json())
        _await_prepare(pipes, job.limits.timeout_seconds)
        first_seconds = {name: _timed(action, 1).wall_seconds for name, action in actions.items()}
        # As after the first epoch of a training: once the allocator has freed the larger blocks of
        # an evaluation, it keeps what steps free, in place of giving it back to the kernel. Without
        # this, a step of PyTorch on S2's network has 5,000 page faults, and takes 12 ms and not 6.
        network.predict(samples.to_evaluate(evaluation_batch_size(job.model)))
        planned = {name: _plan(action) for name, action in actions.items()}
        ready = {name: found.turn_seconds for name, found in planned.items()}
        pipes.send(TurnsReady(turn_seconds=ready).model_dump_json())
        for number, action in _orders(pipes, job.limits.timeout_seconds):
            with watch:
                calls, timed = _take(actions[action], planned[action].calls)
            turn = Turn(
                round=number,
                action=action,
                calls=calls,
                seconds=timed.wall_seconds,
                cpu_seconds=timed.cpu_seconds,
                disturbance=watch.found,
            )
            taken.append(turn)
            pipes.send(turn.model_dump_json())
            events.progress("turns", number, job.turn_rounds or number)
    except (PipeError, UntrustedError) as error:
        cause = f"no order can be taken from the orchestrator: {error}"
        raise RunnerError(cause, _REMEDY) from error
    if not taken:
        raise RunnerError("the block ended before its first turn", _REMEDY)
    return Turns.of(first_seconds, taken)


@dataclass(frozen=True)
class _Plan:
    """What makes a turn of an action."""

    calls: int
    turn_seconds: float


def _actions(network: Network, job: JobSpec, samples: Samples) -> dict[Action, _Calls]:
    """Return what one call of each action is; what steps change stays changed."""
    batches = _batches(job, samples)
    many = samples.to_predict()
    one = many[:1]
    return {
        "step": lambda: network.train_step(*next(batches)),
        "predict_100": lambda: network.predict(many),
        "predict_1": lambda: network.predict(one),
    }


def _batches(job: JobSpec, samples: Samples) -> Iterator[Batch]:
    """Return whole batches of training samples, round and round, in an order drawn from the seed.

    A smaller last batch would be another computation.
    """
    size = job.training.batch_size
    (first,), _ = samples.first_training(1)
    most = max(_STEP_BYTES // first.nbytes // size, 1) * size
    inputs, targets = samples.first_training(min(job.train_samples or most, most))
    order = np.random.Generator(np.random.PCG64([job.seed, 1])).permutation(len(targets))
    starts = range(0, max(len(order) - size, 0) + 1, size)
    chosen = [order[start : start + size] for start in starts]
    return ((inputs[which], targets[which]) for which in cycle(chosen))


def _plan(action: _Calls) -> _Plan:
    """Find how many calls make a turn."""
    calls, seconds = 1, _timed(action, 1).wall_seconds
    while seconds < TURN_SECONDS:
        enough_calls = ceil(_MARGIN * calls * TURN_SECONDS / seconds)
        calls = min(max(calls + 1, enough_calls), _MOST_GROWTH * calls)
        seconds = _timed(action, calls).wall_seconds
    return _Plan(calls, seconds)


def _take(action: _Calls, planned_calls: int) -> tuple[int, Stopwatch]:
    """Return how many calls a turn had, and what they took.

    They are as many as planned, or several times as many where the plan was made in a slow moment.
    """
    calls, ends = 0, time.perf_counter() + TURN_SECONDS
    with Stopwatch() as watch:
        while calls == 0 or time.perf_counter() < ends:
            for _ in range(planned_calls):
                action()
            calls += planned_calls
    return calls, watch


def _timed(action: _Calls, calls: int) -> Stopwatch:
    with Stopwatch() as watch:
        for _ in range(calls):
            action()
    return watch


def _await_prepare(pipes: LinePipes, timeout_seconds: float) -> None:
    """Return when the first order has come; raise PipeError where it is another, or none comes."""
    action = _next_order(pipes, timeout_seconds).action
    if action != "prepare":
        raise PipeError(f"the first was {action}, not prepare")


def _orders(pipes: LinePipes, timeout_seconds: float) -> Iterator[tuple[int, Action]]:
    """Yield round and action of every turn that is ordered; raise PipeError where none comes."""
    while (order := _next_order(pipes, timeout_seconds)).action != "end":
        if order.action == "prepare":
            raise PipeError("prepare was ordered a second time")
        yield order.round, order.action


def _next_order(pipes: LinePipes, timeout_seconds: float) -> TurnOrder:
    # Looks are counted, not seconds: while this process is frozen, time passes unnoticed.
    for _ in range(ceil(timeout_seconds / _LOOK_SECONDS)):
        line = pipes.receive(_LOOK_SECONDS)
        if line is not None:
            return parse_record(line, TurnOrder)
    raise PipeError(f"none came within {timeout_seconds:.0f} s")
