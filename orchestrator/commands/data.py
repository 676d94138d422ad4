"""`plumbline data …`."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from data.add import add
from data.errors import DataError
from data.fetch import fetch
from data.places import default_root
from data.status import statuses
from orchestrator.errors import printable
from orchestrator.terminal.data_display import DataDisplay, data_facts
from orchestrator.terminal.user_errors import FAILED, complain, user_errors, wide_console

_KEPT = "data sets that are complete are kept, and so is what can be continued of a download"

data_app = typer.Typer(help="Fetch, list and add data sets.", no_args_is_help=True)


@data_app.command("fetch")
def data_fetch(
    names: Annotated[list[str] | None, typer.Argument(help="Data sets; default: all.")] = None,
) -> None:
    """Download, verify and decode data sets; what is there and right is kept."""
    console = Console()
    missing = False
    again = f"continue with: {' '.join(['plumbline data fetch', *(names or ())])}"
    with user_errors(_KEPT, again), DataDisplay(console) as display:
        for name in names or [entry.dataset.name for entry in statuses(default_root())]:
            try:
                fetched = fetch(name, default_root(), display.update)
            except DataError as error:
                if names:
                    raise
                # The others are of use without the one that is not available.
                complain(f"{name}: {error.cause}", error.remedy)
                missing = True
                continue
            for failure in fetched.failures:
                display.say(f"{name}: could not be fetched from {failure.source}: {failure.reason}")
            origin = "was there already" if fetched.reused else f"from {fetched.source}"
            display.say(f"{name}: {fetched.verification.told}, {origin}")
    if missing:
        raise typer.Exit(FAILED)


@data_app.command("add")
def data_add(
    declaration: Annotated[
        Path,
        typer.Argument(
            metavar="FILE", help="What declares them: see data/declarations.", dir_okay=False
        ),
    ],
) -> None:
    """Add data sets of your own: fetch what FILE declares, and write down its hashes."""
    again = f"start again with: plumbline data add {declaration}"
    with user_errors(_KEPT, again), DataDisplay(Console()) as display:
        for added in add(declaration, default_root(), display.update):
            for failure in added.failures:
                display.say(f"{added.dataset.name}: not from {failure.source}: {failure.reason}")
            display.say(f"{data_facts(added.dataset)}; {added.remarks}")
            display.say(f"its hashes are in {added.file}; a study names it in `dataset`")


@data_app.command("list")
def data_list() -> None:
    """Show the data sets: whether they are here and right, their size and licence."""
    table = Table("data set", "state", "MB", "licence", "where, or what to do")
    with user_errors():
        for entry in statuses(default_root()):
            note = str(entry.location) if entry.remedy is None else entry.remedy
            note += f": {entry.detail}" if entry.state == "unverified" else ""
            megabytes = f"{entry.size_bytes / 1e6:.1f}"
            name, licence = entry.dataset.name, entry.dataset.licence
            cells = (name, entry.state, megabytes, licence, note)
            table.add_row(*(escape(printable(cell)) for cell in cells))
    wide_console().print(table)
