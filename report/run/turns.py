"""What the turns of two contenders in the same blocks say of the ratio of their times.

Whatever slows the machine for a while slows both turns of a round: so samples are compared round by
round, on a logarithmic scale, and a block gives the mean. Blocks are the repeats: what differs from
one start of a process to the next (addresses, allocator) stays the same within a block.
"""

from collections.abc import Callable, Iterable, Mapping
from math import log
from statistics import fmean

from contract.result import Result
from contract.turns import Action, Turn, Turns, undisturbed_turns

_SAMPLES: Mapping[str, tuple[Action, Callable[[Turn], float]]] = {
    "step_seconds": ("step", lambda turn: turn.call_seconds),
    "step_cpu_seconds": ("step", lambda turn: turn.cpu_seconds / turn.calls),
    "predict_100_turn_seconds": ("predict_100", lambda turn: turn.call_seconds),
    "predict_1_turn_seconds": ("predict_1", lambda turn: turn.call_seconds),
}
"""By metric, the action that it is of, and its sample of a turn."""


def log_ratios(first: Turns, second: Turns, metric: str) -> dict[int, float]:
    """Return log(first ÷ second) by round, of the rounds in which neither was disturbed.

    Raises:
        KeyError: the metric is none that turns have samples of.
    """
    action, sample = _SAMPLES[metric]
    own, others = (undisturbed_turns(found.turns, action) for found in (first, second))
    return {
        number: log(sample(turn) / sample(others[number]))
        for number, turn in own.items()
        if number in others and sample(turn) > 0 and sample(others[number]) > 0
    }


def block_log_ratios(
    first: Iterable[Result], second: Iterable[Result], metric: str
) -> dict[int, float]:
    """Return the mean of `log_ratios` by block, of the blocks that have a round for it.

    Args:
        first: The results of one contender's jobs that took turns, by which blocks are told.
        second: Those of the other, of the same workload, device and run.
        metric: Of `contract.turns.Turns`.

    Raises:
        KeyError: the metric is none that turns have samples of.
    """
    others = {result.job.repeat: result.turns for result in second}
    found = {}
    for result in first:
        other = others.get(result.job.repeat)
        if result.turns is not None and other is not None:
            found[result.job.repeat] = list(log_ratios(result.turns, other, metric).values())
    return {block: fmean(ratios) for block, ratios in found.items() if ratios}
