"""What the turns of two contenders in the same blocks say of the ratio of their times.

Whatever slows the machine for a while slows both turns of a round: so only rounds in which neither
was disturbed count, and the ratio of their geometric means is the block's. Blocks are the repeats:
what differs from one start of a process to the next (addresses, allocator) stays the same within a
block.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from statistics import geometric_mean, median

from contract.result import Result
from contract.turns import Action, Turn, Turns, undisturbed_turns
from report.statistics.paired import Pair

_SAMPLES: Mapping[str, tuple[Action, Callable[[Turn], float]]] = {
    "step_seconds": ("step", lambda turn: turn.call_seconds),
    "step_cpu_seconds": ("step", lambda turn: turn.cpu_seconds / turn.calls),
    "predict_100_turn_seconds": ("predict_100", lambda turn: turn.call_seconds),
    "predict_1_turn_seconds": ("predict_1", lambda turn: turn.call_seconds),
}
"""By metric, the action that it is of, and its sample of a turn."""


def has_rounds(metric: str) -> bool:
    """Whether a metric has a sample in every round."""
    return metric in _SAMPLES


def turns_of(turns: Turns, metric: str) -> list[Turn]:
    """Return all turns that a metric was measured in; it is one that `has_rounds`."""
    action, _ = _SAMPLES[metric]
    return [turn for turn in turns.turns if turn.action == action]


def block_value(metric: str, values: Sequence[float]) -> float:
    """Return what the numbers of one block come to: of turns their geometric mean, as in a pair.

    Of everything else the median. `values` are not empty, and those of turns are positive, but for
    CPU times too short for the kernel's clock.
    """
    if not has_rounds(metric):
        return median(values)
    positive = [value for value in values if value > 0]
    return geometric_mean(positive) if positive else 0.0


def block_pairs(first: Iterable[Result], second: Iterable[Result], metric: str) -> list[Pair]:
    """Return the geometric means of both contenders, of each block in which they share a round.

    Args:
        first: The results of one contender's jobs that took turns, by which blocks are told.
        second: Those of the other, of the same workload, device and run.
        metric: One that `has_rounds`.
    """
    others = {result.job.repeat: result.turns for result in second}
    found = []
    for result in first:
        other = others.get(result.job.repeat)
        if result.turns is not None and other is not None:
            shared = _shared_rounds(result.turns, other, metric)
            if shared:
                own_samples, other_samples = zip(*shared, strict=True)
                found.append((geometric_mean(own_samples), geometric_mean(other_samples)))
    return found


def _shared_rounds(first: Turns, second: Turns, metric: str) -> list[Pair]:
    """Return the samples of the rounds in which neither was disturbed."""
    action, sample = _SAMPLES[metric]
    own, others = (undisturbed_turns(found.turns, action) for found in (first, second))
    rounds = [(sample(turn), sample(others[n])) for n, turn in own.items() if n in others]
    return [pair for pair in rounds if min(pair) > 0]
