"""Files that all runs of an output folder share, each known by the key of what it holds."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock

from orchestrator.store.cache_key import CacheKey, key_sha256
from orchestrator.store.files import remove_oldest

_LOCK_NAME = ".lock"
_LOCK_SECONDS = 30.0


class KeyedFiles:
    """The files of a folder, named after the hashes of their keys.

    A file is only ever replaced as a whole, by one orchestrator at a time, so that whoever reads
    needs no lock.
    """

    def __init__(self, folder: Path, suffix: str, limit_bytes: int, *, fresh: bool) -> None:
        """Open a folder.

        Args:
            folder: Made with the first file.
            suffix: Of the names.
            limit_bytes: Of all files together; the oldest are removed first.
            fresh: Show only those that are written from now on.
        """
        self.folder = folder
        self._suffix = suffix
        self._limit_bytes = limit_bytes
        self._fresh = fresh
        self._written: set[Path] = set()

    def __iter__(self) -> Iterator[Path]:
        return self.folder.glob(f"*{self._suffix}")

    def path(self, key: CacheKey) -> Path:
        """Return where the file of a key lies, be there one or not."""
        return self.folder / f"{key_sha256(key)}{self._suffix}"

    def shows(self, key: CacheKey) -> bool:
        """Return whether the file of a key, where there is one, may be used."""
        return not self._fresh or self.path(key) in self._written

    @contextmanager
    def replacing(self, key: CacheKey) -> Iterator[Path]:
        """Give the path of a file that is to be written, while no other orchestrator writes.

        Raises:
            OSError: the folder cannot be written, or another orchestrator does not let go of it.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.path(key)
        with FileLock(self.folder / _LOCK_NAME, timeout=_LOCK_SECONDS):
            yield path
            remove_oldest(self, self._limit_bytes)
        self._written.add(path)
