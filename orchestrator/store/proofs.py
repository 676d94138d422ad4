"""Proofs of gates, kept beside the runs: what was proved once on a machine is not run again."""

from collections.abc import Callable
from pathlib import Path

from filelock import FileLock
from pydantic import model_validator

from contract.base import SCHEMA_VERSION, Record, SchemaVersion
from contract.names import ASIDE_FOLDER
from contract.result import Result
from contract.untrusted import UntrustedError, read_record
from orchestrator.store.cache_key import CacheKey, key_sha256
from orchestrator.store.files import free_name, remove_oldest, why_unreadable, write_atomically

_LOCK_NAME = ".lock"
_LOCK_SECONDS = 10.0
_LIMIT_BYTES = 256 * 2**20
"""Of all proofs together; some thousands."""


class Proof(Record):
    """What a finished gate found, passed or not, and all that this depends on."""

    schema_version: SchemaVersion = SCHEMA_VERSION
    key: CacheKey
    run_id: str
    """Name of the folder of the run that it is from."""
    result: Result

    @model_validator(mode="after")
    def _is_of_a_finished_gate(self) -> "Proof":
        if not self.result.is_ok or self.result.job.task != "verify":
            raise ValueError("not the result of a gate that finished")
        return self


class ProofStore:
    """A file for each proof, named after the hash of its key; shared by all runs of a folder.

    Files are only ever replaced as a whole, by one orchestrator at a time.
    """

    def __init__(self, folder: Path, *, fresh: bool = False) -> None:
        """Open the proofs in `folder`; `fresh`: see only those that are kept from now on."""
        self._folder = folder
        self._fresh = fresh
        self._own: set[Path] = set()

    @property
    def is_empty(self) -> bool:
        """Whether nothing was ever kept here."""
        return next(self._folder.glob("*.json"), None) is None

    def read(self, key: CacheKey) -> Proof | None:
        """Return the proof that was kept under a key; None without a valid one."""
        path = self._path(key)
        if self._fresh and path not in self._own:
            return None
        try:
            return _read(path, key)
        except UntrustedError:
            return None

    def keep(self, proof: Proof, say: Callable[[str], None]) -> None:
        """Keep a proof in place of an earlier one, which is put aside where it cannot be read.

        Where it cannot be kept, a line says so: no job fails for it.
        """
        path = self._path(proof.key)
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            with FileLock(self._folder / _LOCK_NAME, timeout=_LOCK_SECONDS):
                if problem := why_unreadable(path, lambda path: _read(path, proof.key)):
                    say(f"proof {problem}; it is kept as {self._put_aside(path)}")
                write_atomically(path, proof.model_dump_json(indent=2) + "\n")
                remove_oldest(self._folder.glob("*.json"), _LIMIT_BYTES)
        except OSError as error:
            say(f"the proof of {proof.result.job.job_id} is not kept for later runs: {error}")
        else:
            self._own.add(path)

    def _put_aside(self, path: Path) -> Path:
        aside = self._folder / ASIDE_FOLDER
        aside.mkdir(exist_ok=True)
        return path.rename(free_name(aside / path.name))

    def _path(self, key: CacheKey) -> Path:
        return self._folder / f"{key_sha256(key)}.json"


def _read(path: Path, key: CacheKey) -> Proof:
    """Return the proof in a file; raise UntrustedError where it is none, or none of that key."""
    proof = read_record(path, Proof)
    if proof.key != key:
        raise UntrustedError("it is the proof of something else")
    return proof
