"""Writes files whole or not at all, and removes, renames or doubts what lies in the way."""

import itertools
import os
import shutil
import subprocess
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from contract.untrusted import UntrustedError
from orchestrator.errors import printable

_REASON_CHARACTERS = 300


def write_atomically(path: Path, text: str) -> None:
    """Write a file, and make its folder, so that a reader sees all of it or nothing.

    What lies at its place is replaced, never followed or written through.
    """
    content = text.encode()
    with _replacing(path) as file:
        file.write(content)


def copy_atomically(source: Path, path: Path) -> None:
    """Copy a file as `write_atomically` writes one."""
    with source.open("rb") as original, _replacing(path) as file:
        shutil.copyfileobj(original, file)


@contextmanager
def _replacing(path: Path) -> Iterator[BinaryIO]:
    """Give a file to write to, which takes its place once it is on the disk."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.part")
    remove(temporary)
    try:
        with temporary.open("xb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        if _is_folder(path):
            remove(path)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def is_plain(path: Path) -> bool:
    """Whether this is a file that was itself written here: a link could lead anywhere."""
    return path.is_file() and not path.is_symlink()


def is_in_the_way(path: Path) -> bool:
    """Whether something lies where a folder should be, and is none."""
    return os.path.lexists(path) and not path.is_dir()


def remove(path: Path) -> None:
    """Remove a file, a link or a folder with all that is in it, where there is one.

    Raises:
        OSError: it cannot be removed.
    """
    if not _is_folder(path):
        path.unlink(missing_ok=True)
        return
    try:
        shutil.rmtree(path)
    except (OSError, RecursionError):
        _remove_by_force(path)


def remove_oldest(paths: Iterable[Path], limit_bytes: int) -> None:
    """Remove files, the oldest first, until the others take no more; the newest one stays."""
    newest_first = sorted(paths, key=lambda path: path.stat().st_mtime, reverse=True)
    total_bytes = 0
    for number, path in enumerate(newest_first):
        total_bytes += path.stat().st_size
        if number > 0 and total_bytes > limit_bytes:
            path.unlink()


def free_name(path: Path) -> Path:
    """Return `path` with the first number behind it under which nothing lies yet."""
    names = (path.with_name(f"{path.name}.{number}") for number in itertools.count(1))
    return next(name for name in names if not os.path.lexists(name))


def why_unreadable(path: Path, read: Callable[[Path], object]) -> str:
    """Return in a line why a file that is there cannot be read; it is not to be taken for absent.

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
        reason = printable(" ".join(str(error).split()))[:_REASON_CHARACTERS]
        return f"{path.name} cannot be read ({reason})"
    return ""


def _remove_by_force(folder: Path) -> None:
    """Remove what a runner made hard to remove: folders without rights, or nested without end."""
    for command in (["chmod", "-R", "u+rwx"], ["rm", "-rf"]):
        subprocess.run([*command, "--", str(folder)], capture_output=True, check=False)
    if folder.exists():
        raise OSError(f"{folder} cannot be removed")


def _is_folder(path: Path) -> bool:
    return path.is_dir() and not path.is_symlink()
