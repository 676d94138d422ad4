"""What the gate found, as a table for the terminal."""

from __future__ import annotations

from collections.abc import Sequence

from rich.markup import escape
from rich.table import Table

from contract.result import Check, Result


def evidence_table(results: Sequence[Result]) -> Table:
    """Return one row per workload, contender, optimizer and precision; the worst of each kind."""
    table = Table("workload", "contender", "optimizer", "precision", title="Equivalence gate")
    for kind in ("forward", "gradients", "losses", "weights", "evaluation"):
        table.add_column(kind, justify="right")
    for result in results:
        job = result.job
        if result.equivalence is None:
            cause = result.failure.cause if result.failure else "no evidence"
            table.add_row(job.workload, job.contender, "", "", f"[red]{escape(cause)}[/]")
            continue
        for case in result.equivalence.cases:
            cells = (_cell(check) for check in case.checks)
            table.add_row(job.workload, job.contender, case.optimizer, case.precision, *cells)
    return table


def _cell(check: Check) -> str:
    if check.passed:
        return f"{check.error:.1e}"
    return f"[red]{check.error:.1e} > {check.tolerance:.0e} ({escape(check.worst)})[/]"
