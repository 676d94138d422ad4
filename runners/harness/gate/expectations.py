"""What the reference shows on a network: worked out once for all contenders, where that is wanted.

It is the dear half of a gate, and it is the same for every contender. A file of it is known by a
hash of what it was worked out for, so that no other can take its place.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save_file

from contract.model import Model
from contract.training import Training
from runners.harness.contender.network import Batch, FloatArray, Weights
from runners.harness.gate.trajectory import Shown

_OF = "of"
"""Under which the file's metadata has the hash."""
_BETWEEN = "\n"
"""Joins a number, by which the order is kept, and the names of a group, of a part and of an array;
no name has a line break."""


class Expectations:
    """What the reference shows, by group: known already, or worked out when it is asked for."""

    def __init__(self) -> None:
        self._groups: dict[str, Shown] = {}

    def get(self, group: str, work_out: Callable[[], Shown]) -> Shown:
        """Return a group."""
        if group not in self._groups:
            self._groups[group] = work_out()
        return self._groups[group]

    def save(self, path: Path, of: str) -> None:
        """Write all that is known, as what was worked out for `of`."""
        known = (
            (group, part, name, array)
            for group, shown in self._groups.items()
            for part, named in shown.items()
            for name, array in named.items()
        )
        arrays = {
            _BETWEEN.join((f"{number:06}", *names)): np.atleast_1d(array)
            for number, (*names, array) in enumerate(known)
        }
        save_file(arrays, path, metadata={_OF: of})

    @classmethod
    def load(cls, path: Path, of: str) -> Expectations | None:
        """Read a file that `save` wrote; None where there is none, or it is for something else."""
        found = cls()
        try:
            with safe_open(path, framework="numpy") as file:
                if (file.metadata() or {}).get(_OF) != of:
                    return None
                for key in sorted(file.keys()):
                    found._add(key, file.get_tensor(key))
        except (OSError, SafetensorError, ValueError):  # the last: keys of another layout
            return None
        return found

    def _add(self, key: str, array: FloatArray) -> None:
        _, group, part, name = key.split(_BETWEEN)
        named: Weights = self._groups.setdefault(group, {}).setdefault(part, {})
        named[name] = array


def hash_of(model: Model, training: Training, samples: Batch) -> str:
    """Return a hash of all that the reference's work depends on, but its own code."""
    digest = hashlib.sha256()
    for text in (model.model_dump_json(), training.model_dump_json()):
        digest.update(text.encode() + b"\0")
    for array in samples:
        digest.update(f"{array.dtype} {array.shape}\0".encode())
        digest.update(np.ascontiguousarray(array).data)
    return digest.hexdigest()
