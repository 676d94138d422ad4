"""`plumbline report`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from orchestrator.errors import PlumblineError
from orchestrator.terminal.user_errors import user_errors


def report_command(
    run_dir: Annotated[Path, typer.Argument(help="A run's folder, e.g. results/latest.")],
    formats: Annotated[
        str,
        typer.Option(help="Any of html,pdf,csv,parquet,md,tex,figures,artifact."),
    ] = "html,pdf,artifact",
    paper: Annotated[Literal["A4", "Letter"], typer.Option(help="Paper size of the PDF.")] = "A4",
) -> None:
    """Render the report of a run, finished or not."""
    # The report reads files and knows nothing of the orchestrator; here they meet.
    from report.build import build_report
    from report.run.records import ReportError

    with user_errors():
        try:
            paths = build_report(run_dir, [name.strip() for name in formats.split(",")], paper)
        except ReportError as error:
            raise PlumblineError(str(error), "give the folder of a run; see --help") from error
        for path in paths:
            print(path)
