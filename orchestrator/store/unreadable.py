"""What to say of a file that is there and cannot be read: it is not taken for absent."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

from pydantic_core import from_json

from contract.untrusted import UntrustedError, read_plain_file
from orchestrator.errors import printable

_VERSIONS = {"plumbline_version": "Plumbline", "schema_version": "schema version"}
"""Fields of a record that tell what wrote it, and what to call them."""
_REASON_CHARACTERS = 200
_VERSION_CHARACTERS = 20


def why_unreadable(path: Path, read: Callable[[Path], object]) -> str:
    """Return in a line what is wrong with a file and which version wrote it.

    Args:
        path: The file.
        read: Reads it; raises UntrustedError or ValueError where it cannot.

    Returns:
        "" where the file can be read, or is absent.
    """
    if not os.path.lexists(path):
        return ""
    try:
        read(path)
    except (UntrustedError, ValueError) as error:
        reason = printable(str(error))[:_REASON_CHARACTERS].replace("\n", " ")
        return f"{path.name} cannot be read ({'; '.join([reason, *_written_by(path)])})"
    return ""


def _written_by(path: Path) -> Iterator[str]:
    """Yield which version wrote a file, as far as the file says so."""
    try:
        document = from_json(read_plain_file(path))
    except (UntrustedError, ValueError):
        return
    told = document if isinstance(document, dict) else {}
    versions = [f"{title} {told[field]}" for field, title in _VERSIONS.items() if field in told]
    if versions:
        yield printable(f"written by {', '.join(v[:_VERSION_CHARACTERS] for v in versions)}")
