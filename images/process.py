"""Run other programs, and say in one line what went wrong."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from images.layout import SetupError


def run(
    command: Sequence[str | Path],
    failure: str,
    remedy: str,
    environment: Mapping[str, str] | None = None,
) -> str:
    """Run a command to its end and return what it printed.

    Raises:
        SetupError: it cannot be started or fails; `failure`, its own reason, and `remedy`.
    """
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    except OSError as error:
        raise SetupError(f"{failure}: {error}; {remedy}") from error
    if done.returncode:
        raise SetupError(f"{failure}: {reason(done.stdout + done.stderr)}; {remedy}")
    return done.stdout


def reason(output: str) -> str:
    """Return the line of a failed program's output that says most: its last error, or last line."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    errors = [line for line in lines if "error" in line.lower()]
    return (errors or lines or ["it said nothing"])[-1]
