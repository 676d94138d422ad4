"""Proofs of gates, kept beside the runs: what was proved once on a machine is not run again."""

from collections.abc import Callable
from pathlib import Path

from pydantic import model_validator

from contract.base import SCHEMA_VERSION, Record, SchemaVersion
from contract.names import ASIDE_FOLDER
from contract.result import Result
from contract.untrusted import UntrustedError, read_record
from orchestrator.store.cache_key import CacheKey
from orchestrator.store.files import free_name, why_unreadable, write_atomically
from orchestrator.store.keyed_files import KeyedFiles

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
    """A file for each proof."""

    def __init__(self, folder: Path, *, fresh: bool = False) -> None:
        """Open the proofs in `folder`; `fresh`: see only those that are kept from now on."""
        self._files = KeyedFiles(folder, ".json", _LIMIT_BYTES, fresh=fresh)

    def read(self, key: CacheKey) -> Proof | None:
        """Return the proof that was kept under a key; None without a valid one."""
        if not self._files.shows(key):
            return None
        try:
            return _read(self._files.path(key), key)
        except UntrustedError:
            return None

    def keep(self, proof: Proof, say: Callable[[str], None]) -> None:
        """Keep a proof in place of an earlier one, which is put aside where it cannot be read.

        Where it cannot be kept, a line says so: no job fails for it.
        """
        try:
            with self._files.replacing(proof.key) as path:
                if problem := why_unreadable(path, lambda path: _read(path, proof.key)):
                    say(f"proof {problem}; it is kept as {self._put_aside(path)}")
                write_atomically(path, proof.model_dump_json(indent=2) + "\n")
        except OSError as error:
            say(f"the proof of {proof.result.job.job_id} is not kept for later runs: {error}")

    def _put_aside(self, path: Path) -> Path:
        aside = self._files.folder / ASIDE_FOLDER
        aside.mkdir(exist_ok=True)
        return path.rename(free_name(aside / path.name))


def _read(path: Path, key: CacheKey) -> Proof:
    """Return the proof in a file; raise UntrustedError where it is none, or none of that key."""
    proof = read_record(path, Proof)
    if proof.key != key:
        raise UntrustedError("it is the proof of something else")
    return proof
