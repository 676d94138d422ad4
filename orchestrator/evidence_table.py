"""What the gate found, as tables for the terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich import box
from rich.markup import escape
from rich.table import Table

from contract.result import Check, Result


def evidence_tables(results: Sequence[Result]) -> Iterator[Table]:
    """Yield a table per workload: a row per contender, optimizer and precision."""
    for workload in dict.fromkeys(result.job.workload for result in results):
        yield _table(workload, [result for result in results if result.job.workload == workload])


def _table(workload: str, results: Sequence[Result]) -> Table:
    title = f"{workload}: distance from the float64 reference"
    table = Table(
        "contender", "optimizer", "float", title=title, box=box.SIMPLE_HEAD, pad_edge=False
    )
    for kind in ("logits", "grads", "losses", "updates", "after"):
        table.add_column(kind, justify="right")
    for result in results:
        contender = result.job.contender
        if result.equivalence is None:
            cause = result.failure.cause if result.failure else "no evidence"
            table.add_row(contender, f"[red]{escape(cause)}[/]")
            continue
        for case in result.equivalence.cases:
            bits = case.precision.removeprefix("float")
            table.add_row(contender, case.optimizer, bits, *map(_cell, case.checks))
    return table


def _cell(check: Check) -> str:
    if check.passed:
        return f"{check.error:.0e}"
    return f"[red]{check.error:.0e} > {check.tolerance:.0e} ({escape(check.worst)})[/]"
