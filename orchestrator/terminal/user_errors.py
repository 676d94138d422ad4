"""User-facing errors: a cause, a remedy, an exit code."""

import errno
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import typer
from rich.console import Console

from data.errors import DataError
from orchestrator.errors import INTERRUPTED, PlumblineError, printable

FAILED = 1
MISUSED = 2
_PIPE_COLUMNS = 120
"""A pipe has no width of its own; a table needs more than the 80 columns that are assumed then."""


RESUME = "continue with: plumbline run … --resume"


@contextmanager
def user_errors(kept: str = "", again: str = "run the command again") -> Iterator[None]:
    """Turn what a user can fix into two lines and an exit code.

    Args:
        kept: What an interrupted command leaves behind, as a sentence; empty where it is nothing.
        again: How to go on after an interruption.
    """
    try:
        yield
    except (PlumblineError, DataError) as error:
        complain(error.cause, error.remedy)
        raise typer.Exit(MISUSED) from error
    except OSError as error:
        complain(str(error), _remedy_of(error, again))
        raise typer.Exit(MISUSED) from error
    except KeyboardInterrupt as error:
        complain("interrupted", "; ".join(filter(None, (kept, again))))
        raise typer.Exit(INTERRUPTED) from error


def wide_console() -> Console:
    """Return a console for tables: as wide as the terminal, or wide enough for a pipe.

    It colours nothing by itself: on a long word, rich's patterns take minutes.
    """
    console = Console(highlight=False)
    if not console.is_terminal:
        console.width = _PIPE_COLUMNS
    return console


def complain(cause: str, remedy: str) -> None:
    """Print a cause and its remedy to standard error; standard output is for programs."""
    print(f"error: {printable(cause)}\nremedy: {printable(remedy)}", file=sys.stderr)


def _remedy_of(error: OSError, again: str) -> str:
    """Return what to do about an error of the operating system's; only some are of a full disk."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return f"free space on that disk, then {again}"
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return "make it writable for this user, or choose another folder"
    return f"correct what the message names, then {again}"
