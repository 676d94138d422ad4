"""The jobs of a plan, for the terminal."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from rich import box
from rich.markup import escape
from rich.table import Table

from contract.job import JobSpec
from orchestrator.estimate import Costs, duration
from orchestrator.progress import task_and_block


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
