"""Reads named members out of what a source delivers: a tar archive, a gzip file, or a plain file.

Everything stays in memory and nothing is unpacked, so that no path inside an archive can matter.
"""

import gzip
import tarfile
import zlib
from collections.abc import Callable, Collection, Iterator
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
    if not path.name.endswith(ARCHIVES):
        name = path.name.removesuffix(".gz")
        with _opened(path, limit_bytes) as file:
            return {name: file.read()} if name in wanted else {}
    missing = {folder + name: name for name in wanted}
    found: dict[str, bytes] = {}
    for place, content in each_member(path, missing.__contains__, limit_bytes):
        if content is None:
            raise RefusedError(f"{path.name}: {place} is not a regular file")
        found[missing.pop(place)] = content
        if not missing:
            return found
    raise RefusedError(f"{path.name}: has no {', '.join(sorted(missing))}")


def each_member(
    path: Path, is_wanted: Callable[[str], bool], limit_bytes: int
) -> Iterator[tuple[str, bytes | None]]:
    """Yield place and content of an archive's wanted members, front to back and each read once.

    The content is None where a member is not a regular file; folders are passed over. Nor may it be
    sparse: its few bytes in the archive may stand for any number. Raises RefusedError where the
    archive is damaged, or larger inside than `limit_bytes`.
    """
    with _opened(path, limit_bytes) as file, tarfile.open(fileobj=file, mode="r|") as archive:
        for member in archive:
            if not member.isdir() and is_wanted(member.name):
                regular = member.isreg() and not member.issparse()
                content = archive.extractfile(member) if regular else None
                yield member.name, content.read() if content else None


@contextmanager
def _opened(path: Path, limit_bytes: int) -> Iterator[BinaryIO | gzip.GzipFile]:
    """Open a file, unpacked where it is gzipped; raise RefusedError where it is damaged."""
    is_gzip = path.suffix in (".gz", ".tgz")
    try:
        with _LimitedGzip(path, limit_bytes) if is_gzip else path.open("rb") as file:
            yield file
    except _DAMAGE as error:
        raise RefusedError(f"{path.name}: is cut off or damaged: {error}") from error


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
