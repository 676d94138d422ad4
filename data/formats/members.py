"""Reads named members out of what a source delivers: a tar archive, a gzip file, or a plain file.

Everything stays in memory and nothing is unpacked, so that no path inside an archive can matter.
"""

from __future__ import annotations

import gzip
import tarfile
import zlib
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from data.errors import RefusedError

ARCHIVES = (".tar.gz", ".tgz", ".tar")
_DAMAGE = (tarfile.TarError, gzip.BadGzipFile, zlib.error, EOFError)


def read_members(
    path: Path, folder: str, wanted: Collection[str], limit_bytes: int
) -> dict[str, bytes]:
    """Return the wanted members of a file by name; `folder` is their place in a tar archive.

    Raises RefusedError where the file is damaged, or larger inside than `limit_bytes`.
    """
    if path.name.endswith(ARCHIVES):
        return dict(_from_tar(path, folder, wanted, limit_bytes))
    name = path.name.removesuffix(".gz")
    with _damage_refused(path):
        return {name: _from_file(path, limit_bytes)} if name in wanted else {}


class Member:
    """A member of an archive, to be read before the next one is asked for."""

    def __init__(self, path: Path, archive: tarfile.TarFile, member: tarfile.TarInfo) -> None:
        self.name = member.name
        self._path = path
        self._archive = archive
        self._member = member

    def read(self) -> bytes:
        """Return its content; raise RefusedError where it is not a regular file.

        Nor is a sparse one: its few bytes in the archive may stand for any number.
        """
        regular = self._member.isreg() and not self._member.issparse()
        file = self._archive.extractfile(self._member) if regular else None
        if file is None:
            raise RefusedError(f"{self._path.name}: {self.name} is not a regular file")
        with _damage_refused(self._path):
            return file.read()


def each_member(path: Path, limit_bytes: int) -> Iterator[Member]:
    """Yield the members of a tar archive from front to back: going back would unpack all again.

    Raises RefusedError where the archive is damaged, or larger inside than `limit_bytes`.
    """
    with (
        _damage_refused(path),
        _opened(path, limit_bytes) as file,
        tarfile.open(fileobj=file, mode="r|") as archive,
    ):
        for member in archive:
            yield Member(path, archive, member)


@contextmanager
def _damage_refused(path: Path) -> Iterator[None]:
    try:
        yield
    except _DAMAGE as error:
        raise RefusedError(f"{path.name}: is cut off or damaged: {error}") from error


def _opened(path: Path, limit_bytes: int) -> BinaryIO | _LimitedGzip:
    return path.open("rb") if path.suffix == ".tar" else _LimitedGzip(path, limit_bytes)


class _LimitedGzip(gzip.GzipFile):
    """A gzip file that refuses to unpack to more than it may: a small file can hold a huge one."""

    def __init__(self, path: Path, limit_bytes: int) -> None:
        super().__init__(path, "rb")
        self._path = path
        self._limit_bytes = limit_bytes
        self._done_bytes = 0

    def read(self, size: int | None = -1) -> bytes:
        """Return up to `size` bytes; raise RefusedError once the limit is passed."""
        room_bytes = self._limit_bytes - self._done_bytes + 1
        content = super().read(room_bytes if size is None or size < 0 else min(size, room_bytes))
        self._done_bytes += len(content)
        if self._done_bytes > self._limit_bytes:
            raise RefusedError(f"{self._path.name}: holds more than {self._limit_bytes} bytes")
        return content


def _from_tar(
    path: Path, folder: str, wanted: Collection[str], limit_bytes: int
) -> Iterator[tuple[str, bytes]]:
    missing = {folder + name: name for name in wanted}
    for member in each_member(path, limit_bytes):
        if member.name in missing:
            yield missing.pop(member.name), member.read()
        if not missing:
            return
    raise RefusedError(f"{path.name}: has no {', '.join(sorted(missing))}")


def _from_file(path: Path, limit_bytes: int) -> bytes:
    if path.suffix != ".gz":
        return path.read_bytes()
    with _LimitedGzip(path, limit_bytes) as file:
        return file.read()
