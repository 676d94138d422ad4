"""`plumbline doctor`."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from orchestrator.doctor.checkup import examine, usable
from orchestrator.doctor.finding import Finding, Level
from orchestrator.terminal.user_errors import FAILED, user_errors, wide_console

_STYLES: dict[Level, str] = {"ok": "green", "warning": "yellow", "problem": "red"}


def doctor_command(
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Check what this machine can do, what that means for a run, and how to fix what it cannot."""
    with user_errors():
        findings = list(examine())
    engines = usable(findings)
    if as_json:
        lines = [asdict(finding) for finding in findings]
        print(json.dumps({"schema_version": 1, "usable": engines, "findings": lines}, indent=1))
    else:
        console = wide_console()
        console.print(_table(findings))
        console.print(
            f"Jobs can run with: {', '.join(engines)}."
            if engines
            else "No job can run here with either engine; see the problems above."
        )
    if not engines:
        raise typer.Exit(FAILED)


def _table(findings: Sequence[Finding]) -> Table:
    table = Table("", "what", "found", "what it means", "remedy")
    for finding in findings:
        style = _STYLES[finding.level]
        cells = (finding.topic, finding.told, finding.meaning, finding.remedy)
        table.add_row(f"[{style}]{finding.level}[/]", *(escape(cell) for cell in cells))
    return table
