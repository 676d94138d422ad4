"""`plumbline report` and `plumbline compare`.

The report reads files and knows nothing of the orchestrator; here they meet.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal

import typer

from orchestrator.commands.watch import watch
from orchestrator.errors import PlumblineError
from orchestrator.terminal.browser import Browser
from orchestrator.terminal.user_errors import FAILED, complain, user_errors

DIFFERENT_MACHINES = 3
"""Exit code of a comparison in which nothing can be said about a change."""


def report_command(
    run_dirs: Annotated[
        list[Path],
        typer.Argument(
            metavar="RUN",
            help="A run's folder, e.g. results/latest. Of several, the newest is reported on, with "
            "the statements of all (each verdict of the newest run that decides it, such as one "
            "on a GPU), and with all as its history: a line per version of a framework.",
        ),
    ],
    formats: Annotated[
        str,
        typer.Option(help="Any of html,pdf,json,csv,parquet,md,tex,bib,figures,artifact."),
    ] = "html,pdf,artifact",
    paper: Annotated[Literal["A4", "Letter"], typer.Option(help="Paper size of the PDF.")] = "A4",
    full: Annotated[
        bool,
        typer.Option("--full", help="Print in the PDF also what the HTML report unfolds."),
    ] = False,
    watches: Annotated[
        bool,
        typer.Option(
            "--watch",
            help="Write the HTML again whenever the run has come further, until it is finished or "
            "you press Ctrl-C; all formats follow at its end.",
        ),
    ] = False,
    opens: Annotated[bool, typer.Option("--open", help="Open the HTML in the browser.")] = False,
) -> None:
    """Render the report of a run, finished or not; of several, with the verdicts of all."""
    from report.build import build_report
    from report.exporters.workers import MissingLibraryError

    with _report_errors("give the folder of a run; see --help"):
        run_dir, *others = run_dirs
        names = [name.strip() for name in formats.split(",")]
        browser = Browser(is_wanted=opens)
        if opens and "html" not in names:
            raise PlumblineError(
                "--open shows report.html, which --formats leaves out", "add html to --formats"
            )
        if watches:
            _watch(run_dir, others, browser)
        try:
            for path in build_report(run_dir, names, paper, others, _tell, is_full=full):
                print(path)
                if path.suffix == ".html":
                    browser.show(path, _tell)
        except MissingLibraryError as error:
            complain(
                f"no PDF was written: {error}; the other formats were",
                "`make setup` installs or names what is missing; or leave pdf out of --formats",
            )
            raise typer.Exit(FAILED) from error


def _watch(run_dir: Path, others: Sequence[Path], browser: Browser) -> None:
    """Write the page of a run until that is finished, or the user has seen enough."""
    from report.build import build_report

    if others:
        raise PlumblineError("--watch follows one run, and several were given", "give one")

    def write(notice: str) -> None:
        (path,) = build_report(run_dir, ["html"], notice=notice)
        _tell(f"{datetime.now():%H:%M:%S} {path}")
        browser.show(path, _tell)

    _tell(f"watching {run_dir} until the run is finished; Ctrl-C ends that")
    try:
        watch(run_dir, write)
    except KeyboardInterrupt as interrupt:
        _tell(f"no longer watching: the run in {run_dir} is not finished")
        raise typer.Exit from interrupt


def _tell(sentence: str) -> None:
    """Say something beside the paths, which programs read."""
    typer.echo(sentence, err=True)


def compare_command(
    runs: Annotated[
        list[Path],
        typer.Argument(
            metavar="RUN",
            help="Runs' folders: the one before, and the one after; or any number, in any order, "
            "for a history with a line per version of a framework.",
        ),
    ],
    fail_if_slower: Annotated[
        float | None,
        typer.Option(
            min=0,
            metavar="PERCENT",
            help="Exit with 1 where a time is significantly longer, by more than this; of a "
            "history, since the last change of the contender's version.",
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
    """Show what differs between runs, how certain that is, and what changed in their setup.

    Exit codes: 0, compared; 1, slower than --fail-if-slower admits; 2, nothing can be compared;
    3, the runs are of different machines, so that nothing is said about a change.
    """
    from report.compare.between import DEFAULT_PERCENT, compare_runs
    from report.compare.formats import FORMATS
    from report.compare.history import read_history
    from report.compare.history_formats import HISTORY_FORMATS

    percent = DEFAULT_PERCENT if fail_if_slower is None else fail_if_slower
    with _report_errors("give two runs of the same studies, or more"):
        if len(runs) == 1:
            raise PlumblineError("one run has nothing to be compared with", "give two or more")
        if len(runs) == 2:
            between = compare_runs(runs[0], runs[1], percent)
            print(FORMATS[format](between, centre), end="")
            slower, machines_differ = between.slower, bool(between.machines)
        else:
            found = read_history(runs, percent)
            print(HISTORY_FORMATS[format](found, centre), end="")
            slower = found.slower
            machines_differ = any(last.machines for _, last in found.latest)
    if fail_if_slower is not None and slower:
        raise typer.Exit(FAILED)
    if machines_differ:
        raise typer.Exit(DIFFERENT_MACHINES)


@contextmanager
def _report_errors(remedy: str) -> Iterator[None]:
    """Turn what is wrong with a run's folder into two lines and an exit code."""
    from report.run.records import ReportError

    with user_errors():
        try:
            yield
        except ReportError as error:
            raise PlumblineError(str(error), remedy) from error
