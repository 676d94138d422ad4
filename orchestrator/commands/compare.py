"""`plumbline compare`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from orchestrator.errors import PlumblineError
from orchestrator.terminal.user_errors import FAILED, user_errors

Format = Literal["text", "json", "md"]


def compare_command(
    run_a: Annotated[Path, typer.Argument(help="A run's folder: the one before.")],
    run_b: Annotated[Path, typer.Argument(help="A run's folder: the one after.")],
    fail_if_slower: Annotated[
        float | None,
        typer.Option(
            min=0,
            metavar="PERCENT",
            help="Exit with 1 where a time is significantly longer, by more than this.",
        ),
    ] = None,
    format: Annotated[Format, typer.Option(help="How to write it.")] = "text",  # noqa: A002
    centre: Annotated[
        Literal["median", "olympic"],
        typer.Option(help="Summary of a run's samples; olympic: the mean without both extremes."),
    ] = "median",
) -> None:
    """Show what differs between two runs, how certain that is, and what changed in their setup."""
    # The report reads files and knows nothing of the orchestrator; here they meet.
    from report.compare.between import DEFAULT_PERCENT, compare_runs
    from report.compare.formats import FORMATS
    from report.run.records import ReportError

    percent = DEFAULT_PERCENT if fail_if_slower is None else fail_if_slower
    with user_errors():
        try:
            between = compare_runs(run_a, run_b, percent)
        except ReportError as error:
            raise PlumblineError(str(error), "give two runs of the same studies") from error
        print(FORMATS[format](between, centre), end="")
    if fail_if_slower is not None and between.slower:
        raise typer.Exit(FAILED)
