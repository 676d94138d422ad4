"""What others did while a sample was measured, in words."""

from collections.abc import Iterator

from contract.disturbance import Disturbance
from contract.result import Result
from contract.turns import Turns
from contract.words import counted
from report.run.records import Run
from report.run.turns import has_rounds, turns_of
from report.vocabulary.numbers import percent


def disturbance(run: Run, result: Result, metric: str) -> str:
    """Say how quiet it was, and whether something was measured again for that; "" if unknown."""
    if result.turns is not None and has_rounds(metric):
        return _of_turns(result.turns, metric)
    return "; ".join((*_beside(result), *_tries(run, result.job.job_id)))


def _of_turns(turns: Turns, metric: str) -> str:
    """Say how many turns were disturbed: taken again in their round, or their round left out."""
    taken = turns_of(turns, metric)
    disturbed = sum(turn.disturbance.is_disturbed for turn in taken)
    if not disturbed:
        return f"none of {counted(len(taken), 'turn')}"
    rounds = {turn.round for turn in taken}
    lost = rounds - {turn.round for turn in taken if not turn.disturbance.is_disturbed}
    told = f"{disturbed} of {counted(len(taken), 'turn')}"
    if not lost:
        return f"{told}, taken again"
    return f"{told}; {counted(len(lost), 'round')} of {len(rounds)} left out"


def _beside(result: Result) -> Iterator[str]:
    """Say how much others used the job's CPUs in the part that they used them most in."""
    found = list(result.disturbances.values())
    if found:
        yield _in_words(max(found, key=lambda one: one.foreign_cpu_share or 0.0))


def _in_words(found: Disturbance) -> str:
    if found.foreign_cpu_share is None:
        return f"unknown: {found.unmeasured['foreign_cpu_share']}"
    return found.cause or f"others used {percent(found.foreign_cpu_share)} of its CPUs"


def _tries(run: Run, job_id: str) -> Iterator[str]:
    """Say how often it was measured before."""
    tries = sum(entry.job_id == job_id for entry in run.disturbed_before)
    if tries:
        yield f"measured again after {counted(tries, 'disturbed measurement')}"
