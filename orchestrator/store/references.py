"""What the reference computed, kept for all contenders of a network and for all runs."""

import os
import shutil
from pathlib import Path

from filelock import FileLock

from orchestrator.store.cache_key import CacheKey, key_sha256
from orchestrator.store.files import copy_atomically, is_plain, remove_oldest

LIMIT_BYTES = 2**30
"""Of all files together; what was not used for the longest time goes first."""

_LOCK_NAME = ".lock"
_LOCK_SECONDS = 60.0


class ReferenceStore:
    """A file for each network, named after the hash of all that it depends on.

    Jobs get copies: no contender can alter what another is judged by.
    """

    def __init__(self, folder: Path, limit_bytes: int = LIMIT_BYTES) -> None:
        self._folder = folder
        self._limit_bytes = limit_bytes

    def take(self, key: CacheKey, target: Path) -> bool:
        """Copy the file of a key to `target`; return whether there is one.

        Raises:
            OSError: it cannot be copied, or another orchestrator does not let go of the folder.
        """
        path = self._path(key)
        with self._locked():
            if not is_plain(path):
                return False
            os.utime(path)
            shutil.copyfile(path, target)
        return True

    def keep(self, key: CacheKey, made: Path) -> None:
        """Keep a copy of a file; raise OSError as `take` does."""
        with self._locked():
            copy_atomically(made, self._path(key))
            remove_oldest(self._folder.glob("*.safetensors"), self._limit_bytes)

    def _locked(self) -> FileLock:
        self._folder.mkdir(parents=True, exist_ok=True)
        return FileLock(self._folder / _LOCK_NAME, timeout=_LOCK_SECONDS)

    def _path(self, key: CacheKey) -> Path:
        return self._folder / f"{key_sha256(key)}.safetensors"
