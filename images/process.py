"""Run other programs, say in one line what went wrong, and keep out of one another's way."""

from __future__ import annotations

import fcntl
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from io import TextIOWrapper
from pathlib import Path

from images.layout import SetupError


def run(
    command: Sequence[str | Path],
    failure: str,
    remedy: str,
    environment: Mapping[str, str] | None = None,
) -> str:
    """Run a command to its end, in this process's environment or another; return its output.

    Raises:
        SetupError: it cannot be started or fails; `failure`, its own reason, and `remedy`.
    """
    try:
        done = subprocess.run(
            command, env=environment, capture_output=True, text=True, errors="replace", check=False
        )
    except OSError as error:
        raise SetupError(f"{failure}: {error}; {remedy}") from error
    if done.returncode:
        raise SetupError(f"{failure}: {reason(done.stdout + done.stderr)}; {remedy}")
    return done.stdout


def reason(output: str) -> str:
    """Return the line of a failed program's output that says most: its last error, or last line."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    errors = [line for line in lines if "error" in line.lower() and not line.startswith("make")]
    return (errors or lines or ["it printed nothing"])[-1]


def print_anything() -> None:
    """Spell out, in output and errors, what a terminal or pipe cannot encode, such as a path."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


@contextmanager
def told_where_unwritable() -> Iterator[None]:
    """Turn what the system refuses, of a file, into a SetupError."""
    try:
        yield
    except OSError as error:
        raise SetupError(
            f"{error.filename}: {error.strerror}; let this user write there, with room on the disk"
        ) from error


@contextmanager
def alone_with(folder: Path) -> Iterator[None]:
    """Wait until no other process works on a folder, which need not exist yet."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with folder.with_name(f".{folder.name}.busy").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
