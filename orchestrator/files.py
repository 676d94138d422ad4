"""Writes files whole or not at all, also where a runner may have put something in the way."""

from __future__ import annotations

import os
import shutil
from pathlib import Path


def write_atomically(path: Path, text: str) -> None:
    """Write a file so that a reader sees all of it or nothing.

    What lies at its place is replaced, never followed or written through.
    """
    temporary = path.with_name(f".{path.name}.part")
    remove(temporary)
    with temporary.open("x", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    if _is_folder(path):
        remove(path)
    temporary.replace(path)


def remove(path: Path) -> None:
    """Remove a file, a link or a folder with all that is in it, where there is one."""
    if not _is_folder(path):
        path.unlink(missing_ok=True)
        return
    _open_up(path)
    shutil.rmtree(path)


def _open_up(folder: Path) -> None:
    """Take back what a runner did to the rights of its folders."""
    folder.chmod(0o700)
    for place, names, _ in os.walk(folder):
        for below in (Path(place, name) for name in names):
            if _is_folder(below):
                below.chmod(0o700)


def _is_folder(path: Path) -> bool:
    return path.is_dir() and not path.is_symlink()
