"""The photographs in a folder or an archive: `<folder of the side>/<class>/<name>`.

A folder is read as carefully as an archive: plain files alone, and no more bytes than there may be.
"""

import os
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from contract.untrusted import UntrustedError, read_plain_file
from data.errors import RefusedError
from data.members import each_member


@dataclass(frozen=True)
class PhotoFile:
    """A file that should be a photograph."""

    side: str
    """The folder of its side."""
    class_name: str
    name: str
    content: bytes | None
    """None where it cannot be read."""
    fault: str = ""
    """Why it cannot."""

    @property
    def place(self) -> str:
        """Where it lies."""
        return f"{self.side}/{self.class_name}/{self.name}"


class PhotoFolder:
    """A folder or an archive (`.tgz`, `.tar`), read once."""

    def __init__(
        self, path: Path, sides: Collection[str], suffixes: Collection[str], limit_bytes: int
    ) -> None:
        self.skipped: Counter[str] = Counter()
        """Files below the sides' folders that are no photographs, by what they are instead."""
        self._path = path
        self._sides = sides
        self._suffixes = suffixes
        self._limit_bytes = limit_bytes

    def files(self) -> Iterator[PhotoFile]:
        """Yield each photograph.

        Raises RefusedError where there is more than `limit_bytes` of them or the archive is
        damaged, OSError where a folder cannot be listed.
        """
        yield from self._from_folder() if self._path.is_dir() else self._from_archive()

    def _from_archive(self) -> Iterator[PhotoFile]:
        for place, content in each_member(self._path, self._is_photo, self._limit_bytes):
            side, class_name, name = self._below_side(place)
            fault = "is not a regular file" if content is None else ""
            yield PhotoFile(side, class_name, name, content, fault)

    def _from_folder(self) -> Iterator[PhotoFile]:
        left_bytes = self._limit_bytes
        for path in (path for side in self._sides for path in _below(self._path / side)):
            place = path.relative_to(self._path).as_posix()
            if not self._is_photo(place):
                continue
            side, class_name, name = self._below_side(place)
            try:
                content = read_plain_file(path, self._limit_bytes)
            except UntrustedError as error:
                link = "; links are not followed" if path.is_symlink() else ""
                yield PhotoFile(side, class_name, name, None, f"{error}{link}")
                continue
            left_bytes -= len(content)
            if left_bytes < 0:
                raise RefusedError(f"{self._path.name}: holds more than {self._limit_bytes} bytes")
            yield PhotoFile(side, class_name, name, content)

    def _is_photo(self, place: str) -> bool:
        parts = self._below_side(place)
        other = _other_than_photo(parts[1:], self._suffixes) if parts else None
        if other:
            self.skipped[other] += 1
        return bool(parts) and not other

    def _below_side(self, place: str) -> tuple[str, ...]:
        """Return the parts of a place from its side's folder on; none where it is in neither.

        What is no UTF-8 in a name is spelled out, so that the name can be told and kept.
        """
        told = place.encode("utf-8", "backslashreplace").decode()
        parts = PurePosixPath(told).parts
        start = next((index for index, part in enumerate(parts) if part in self._sides), len(parts))
        return parts[start:]


def _other_than_photo(parts: tuple[str, ...], suffixes: Collection[str]) -> str:
    """Say what a file below a side's folder is instead of a photograph; nothing where it is one."""
    if any(part.startswith(".") for part in parts):
        return "hidden"
    if len(parts) != 2:
        return "outside the folders of classes" if len(parts) < 2 else "in nested folders"
    suffix = PurePosixPath(parts[-1]).suffix.lower()
    return "" if suffix in suffixes else suffix or "without a suffix"


def _below(folder: Path) -> Iterator[Path]:
    """Yield what lies in a side's folder, but folders; classes may be links to folders."""
    for entry in sorted(folder.iterdir()):
        if not entry.is_dir():
            yield entry
            continue
        for inner, folders, names in os.walk(entry, onerror=_raise):
            folders.sort()
            yield from (Path(inner, name) for name in sorted(names))


def _raise(error: OSError) -> None:
    raise error
