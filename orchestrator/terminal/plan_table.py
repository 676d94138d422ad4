"""The jobs of a plan, for the terminal."""

from collections.abc import Collection, Sequence
from dataclasses import replace

from rich import box
from rich.markup import escape
from rich.table import Table

from contract.base import TIMED_ALONE
from contract.job import JobSpec
from contract.words import counted
from orchestrator.plan.estimate import Costs, Estimate, duration
from orchestrator.run.display import task_and_block


def plan_table(jobs: Sequence[JobSpec], costs: Costs, left_out: Collection[str]) -> Table:
    """Return a table with a row per job, in the order of execution; `left_out`: ids of jobs."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
    table.add_column("#", justify="right")
    for name in ("study", "job", "protocol"):
        table.add_column(name)
    for name in ("epochs", "estimate"):
        table.add_column(name, justify="right")
    for number, job in enumerate(jobs, start=1):
        seconds = costs.seconds(job)
        cost = "unknown" if seconds is None else duration(seconds)
        cost = "left out" if job.job_id in left_out else cost
        epochs = str(job.epochs) if job.task == "train" else ""
        cells = (str(number), job.study, task_and_block(job), job.protocol, epochs, cost)
        table.add_row(*(escape(cell) for cell in cells))
    return table


def part_lines(jobs: Sequence[JobSpec], costs: Costs) -> list[str]:
    """Return a line per part: gates, turns, each block timed alone, what is done once."""
    parts: dict[str, list[JobSpec]] = {}
    for job in jobs:
        parts.setdefault(_part(job), []).append(job)
    return [
        f"{part}: {counted(len(found), 'job')}{_and_sentinels(part, costs)}: {total(found, costs)}"
        for part, found in parts.items()
    ]


def total(jobs: Sequence[JobSpec], costs: Costs) -> Estimate:
    """Return what jobs cost together with the two sentinels of each of their blocks."""
    sentinels = 2 * len({job.repeat for job in jobs if job.task in TIMED_ALONE})
    each = costs.sentinel_seconds()
    left = costs.left(jobs)
    return replace(left, seconds=left.seconds + sentinels * (each or 0.0))


def _part(job: JobSpec) -> str:
    if job.task in TIMED_ALONE:
        return f"block {job.repeat}"
    return {"verify": "gates", "turns": "turns, at most"}.get(job.task, "once")


def _and_sentinels(part: str, costs: Costs) -> str:
    if not part.startswith("block"):
        return ""
    each = costs.sentinel_seconds()
    return f" and 2 sentinels ({'cost unknown' if each is None else f'{each:.1f} s each'})"
