"""`plumbline report` and `plumbline compare`.

The report reads files and knows nothing of the orchestrator; here they meet.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Literal

import typer

from orchestrator.errors import PlumblineError
from orchestrator.terminal.user_errors import FAILED, complain, user_errors


def report_command(
    run_dir: Annotated[Path, typer.Argument(help="A run's folder, e.g. results/latest.")],
    formats: Annotated[
        str,
        typer.Option(help="Any of html,pdf,csv,parquet,md,tex,figures,artifact."),
    ] = "html,pdf,artifact",
    paper: Annotated[Literal["A4", "Letter"], typer.Option(help="Paper size of the PDF.")] = "A4",
) -> None:
    """Render the report of a run, finished or not."""
    from report.build import build_report
    from report.exporters.workers import MissingLibraryError

    with _report_errors("give the folder of a run; see --help"):
        try:
            for path in build_report(run_dir, [name.strip() for name in formats.split(",")], paper):
                print(path)
        except MissingLibraryError as error:
            complain(
                f"no PDF was written: {error}; the other formats were, to {run_dir}",
                "`make setup` installs or names what is missing; or leave pdf out of --formats",
            )
            raise typer.Exit(FAILED) from error


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
    format: Annotated[  # noqa: A002
        Literal["text", "json", "md"], typer.Option(help="How to write it.")
    ] = "text",
    centre: Annotated[
        Literal["median", "olympic"],
        typer.Option(help="Summary of a run's samples; olympic: the mean without both extremes."),
    ] = "median",
) -> None:
    """Show what differs between two runs, how certain that is, and what changed in their setup."""
    from report.compare.between import DEFAULT_PERCENT, compare_runs
    from report.compare.formats import FORMATS

    percent = DEFAULT_PERCENT if fail_if_slower is None else fail_if_slower
    with _report_errors("give two runs of the same studies"):
        between = compare_runs(run_a, run_b, percent)
        print(FORMATS[format](between, centre), end="")
    if fail_if_slower is not None and between.slower:
        raise typer.Exit(FAILED)


@contextmanager
def _report_errors(remedy: str) -> Iterator[None]:
    """Turn what is wrong with a run's folder into two lines and an exit code."""
    from report.run.records import ReportError

    with user_errors():
        try:
            yield
        except ReportError as error:
            raise PlumblineError(str(error), remedy) from error
