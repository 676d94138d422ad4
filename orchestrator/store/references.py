"""What the reference shows on networks, kept for all contenders and for all runs."""

import os
import shutil
from pathlib import Path

from contract.untrusted import UntrustedError, open_plain_file
from orchestrator.store.cache_key import CacheKey
from orchestrator.store.files import copy_atomically
from orchestrator.store.keyed_files import KeyedFiles

LIMIT_BYTES = 2**30
"""Of all files together; what was not used for the longest time goes first."""


class ReferenceStore:
    """A file for each network. Jobs get copies: none can alter what another is judged by."""

    def __init__(
        self, folder: Path, limit_bytes: int = LIMIT_BYTES, *, fresh: bool = False
    ) -> None:
        """Open the files in `folder`; `fresh`: see only those that are kept from now on."""
        self._files = KeyedFiles(folder, ".safetensors", limit_bytes, fresh=fresh)

    def take(self, key: CacheKey, target: Path) -> bool:
        """Copy the file of a key to `target`; return whether there is one.

        Raises:
            OSError: it cannot be copied.
        """
        if not self._files.shows(key):
            return False
        try:
            with open_plain_file(self._files.path(key)) as kept, target.open("xb") as copy:
                os.utime(kept.fileno())
                shutil.copyfileobj(kept, copy)
        except UntrustedError:
            return False
        return True

    def keep(self, key: CacheKey, made: Path) -> None:
        """Keep a copy of a file; raise OSError where that cannot be."""
        with self._files.replacing(key) as path:
            copy_atomically(made, path)
