"""Paths that a run's records can name."""

from pathlib import Path

from data.places import ROOT_VARIABLE, default_root
from orchestrator.errors import PlumblineError


def check_paths(output: Path) -> None:
    """Raise PlumblineError where the folder of results or of data has no name in UTF-8.

    Linux allows any bytes; the records of jobs and runs are JSON, which has none for such a name.
    """
    _require_utf8(output, "choose another folder with --output")
    _require_utf8(default_root(), f"let {ROOT_VARIABLE} name another folder")


def _require_utf8(folder: Path, remedy: str) -> None:
    absolute = folder.absolute()
    try:
        str(absolute).encode()
    except UnicodeEncodeError as error:
        raise PlumblineError(f"the path {absolute} is not UTF-8", remedy) from error
