"""How many of the studies' statements a plan can settle, and what the others need."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from math import inf

from contract.base import Device
from contract.comparison import Quantity
from contract.job import JobSpec
from contract.statement import Statement
from contract.study import Study
from orchestrator.plan.plan import FIRST_TURN_BLOCKS
from orchestrator.plan.request import Request

_UNTESTABLE = "no measurement of the kit could tell"
_PAPER = "the profile trains less than the study: `--profile paper`"
_BOTH = "the CPU and the GPU in one run are compared: `--device cpu,cuda`"
_LEFT_OUT = "this plan has no job for them"
_OWN_DEFAULTS = "only own defaults could show it, in several blocks: `--profile paper`"
_ONE_BLOCK = "one block cannot tell a difference from noise: `--repeats 3`"
_FEW_TURNS = (
    f"fewer than {FIRST_TURN_BLOCKS} blocks of turns cannot tell a difference from noise: "
    f"`--repeats {FIRST_TURN_BLOCKS}`"
)
_OTHER_DEVICE: Mapping[Device, str] = {
    "cpu": "they need a GPU: `--device cuda`",
    "cuda": "they need a CPU: `--device cpu`",
}
_TITLES: Mapping[Device, str] = {"cpu": "CPU", "cuda": "GPU"}

_ByJob = Mapping[tuple[str, str, str, str, str], set[int]]
"""The blocks that measure something, by study, workload, contender, device and task."""


def statement_lines(request: Request, jobs: Iterable[JobSpec]) -> Iterator[str]:
    """Yield how many statements the jobs can settle, and a line per reason for the others.

    Of several devices each has its own lines, of the statements that can be judged on it.
    """
    planned = list(jobs)
    blocks = _by_job(planned)
    own = _by_job(job for job in planned if job.protocol == "published")
    for device in request.devices:
        where = f" on the {_TITLES[device]}" if len(request.devices) > 1 else ""
        yield from _lines_of(device, where, request, blocks, own)


def _lines_of(
    device: Device, where: str, request: Request, blocks: _ByJob, own: _ByJob
) -> Iterator[str]:
    by_obstacle: defaultdict[str, list[str]] = defaultdict(list)
    for study in request.studies:
        for statement in study.statements:
            elsewhere = set(statement.devices) & set(request.devices) - {device}
            if not statement.same_as and (statement.on(device) or not elsewhere):
                needs_own = any(one.needs_own_defaults for one in statement.on(device)[:1])
                able = own if needs_own else blocks
                obstacle = _obstacle(statement, study, device, request, able)
                by_obstacle[obstacle].append(statement.id)
    counts = {obstacle: len(ids) for obstacle, ids in by_obstacle.items()}
    if not counts:
        return
    every = sum(counts.values())
    yield f"this plan can settle {counts.pop('', 0)} of {every} statements{where}"
    for reason, count in sorted(counts.items(), key=lambda found: -found[1]):
        yield f"{count} it cannot{where}: {reason} ({', '.join(by_obstacle[reason])})"


def _by_job(jobs: Iterable[JobSpec]) -> _ByJob:
    blocks: defaultdict[tuple[str, str, str, str, str], set[int]] = defaultdict(set)
    for job in jobs:
        blocks[job.study, job.workload, job.contender, job.device, job.task].add(job.repeat)
    return blocks


def _obstacle(
    statement: Statement, study: Study, device: Device, request: Request, blocks: _ByJob
) -> str:
    """Say why a statement cannot be settled on a device; empty where it can."""
    readings = statement.on(device)
    if not readings:
        return _OTHER_DEVICE[device]
    if readings[0].untestable:
        return _UNTESTABLE
    if not study.is_trained_enough(readings[0], device, request.profile):
        return _PAPER
    sides = [
        side for comparison in readings[0].comparisons(device) for side in comparison.quantities
    ]
    if any(side.device not in (None, *request.devices) for side in sides):
        return _BOTH
    fewest = min(_blocks(side, study.id, request, blocks) for side in sides)
    if readings[0].needs_own_defaults and fewest < 2:
        return _OWN_DEFAULTS
    if fewest == 0:
        return _LEFT_OUT
    if any(side.task == "turns" for side in sides):
        return _FEW_TURNS if fewest < FIRST_TURN_BLOCKS else ""
    return _ONE_BLOCK if fewest == 1 else ""


def _blocks(side: Quantity, study: str, request: Request, blocks: _ByJob) -> float:
    """Return how many blocks measure a side; without end where it is counted once and for all."""
    if side.workload is None or side.device is None or side.task is None:
        return inf if side.contender in request.contenders else 0
    measured = (study, side.workload, side.contender, side.device, side.task)
    return len(blocks.get(measured, ()))
