"""Keeps what is costly to make by what it is made of, for the next report that needs the same."""

import os
from collections.abc import Iterator
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from tempfile import NamedTemporaryFile

_LIMIT_BYTES = 256_000_000
_DIGEST_CHARACTERS = 64


class Cache:
    """A folder with a file per content, named by its key; the least recently used go first.

    Where the folder cannot be read or written, nothing is kept: that costs time, no more. A file
    that is not as it was written counts as absent. The folder is the user's own and no part of a
    run: else whoever hands on a run could hand on pictures that do not show its numbers.
    """

    def __init__(self, folder: Path | None = None, limit_bytes: int = _LIMIT_BYTES) -> None:
        self._folder = _user_folder() if folder is None else folder
        self._limit_bytes = limit_bytes

    def get(self, key: str) -> bytes | None:
        """Return what was kept under a key; None where nothing whole is there."""
        path = self._folder / key
        try:
            digest, content = _split(path.read_bytes())
            os.utime(path)
        except OSError:
            return None
        return content if _digest(content) == digest else None

    def put(self, key: str, content: bytes) -> None:
        """Keep it, unless that is impossible."""
        with suppress(OSError):
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with NamedTemporaryFile(dir=self._folder, prefix=".", delete=False) as file:
                file.write(_digest(content) + content)
            Path(file.name).replace(self._folder / key)

    def shrink(self) -> None:
        """Delete what was not used for longest, until the rest is within the limit."""
        kept = 0
        for _, size, path in sorted(self._files(), reverse=True):
            kept += size
            if kept > self._limit_bytes:
                with suppress(OSError):
                    path.unlink()

    def _files(self) -> Iterator[tuple[float, int, Path]]:
        """Yield when each file was last used, its bytes, and where it is."""
        with suppress(OSError):
            for path in self._folder.iterdir():
                with suppress(OSError):  # another report may have deleted it
                    found = path.stat()
                    yield found.st_mtime, found.st_size, path


def _user_folder() -> Path:
    try:
        base = Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache").expanduser()
    except RuntimeError:  # a user without a home, as in some containers
        base = Path(os.devnull)
    return base / "plumbline" / "report"


def _digest(content: bytes) -> bytes:
    return sha256(content).hexdigest().encode()


def _split(stored: bytes) -> tuple[bytes, bytes]:
    return stored[:_DIGEST_CHARACTERS], stored[_DIGEST_CHARACTERS:]
