"""Hands trained weights from training jobs to transfer jobs, and discards all others.

The weights of a deep network are hundreds of megabytes: of a run's training jobs, only those that a
planned transfer reads keep theirs.
"""

import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from contract.job import JobSpec
from contract.names import GIVEN_FOLDER, LOGITS_NAME, WEIGHTS_NAME
from orchestrator.plan.plan import source_of
from orchestrator.store.files import is_plain, remove
from orchestrator.store.store import RunStore

_CHUNK_BYTES = 2**20

Sources = dict[str, Path]
"""Folder of the training job, by the contender that trained."""


def find_sources(job: JobSpec, store: RunStore) -> Sources:
    """Return what a transfer can read: the trained weights of those of its sources that have them.

    A training that failed left none, or none to be trusted.
    """
    found = {}
    for contender in job.transfer_from:
        training = source_of(job, contender).job_id
        result = store.read_result(training)
        folder = store.job_folder(training)
        if result is not None and result.status == "ok" and are_in(folder):
            found[contender] = folder
    return found


def sources_sha256(sources: Sources) -> str:
    """Return a hash of all that the sources give."""
    digest = hashlib.sha256()
    for contender, folder in sorted(sources.items()):
        digest.update(f"{contender}\0".encode())
        for name in (WEIGHTS_NAME, LOGITS_NAME):
            with (folder / name).open("rb") as file:
                while chunk := file.read(_CHUNK_BYTES):
                    digest.update(chunk)
    return digest.hexdigest()


@contextmanager
def handed_over(sources: Sources, folder: Path) -> Iterator[None]:
    """Lend a transfer job's folder the sources' files, without a copy where that can be."""
    try:
        for contender, source in sources.items():
            given = folder / GIVEN_FOLDER / contender
            given.mkdir(parents=True)
            lend(source, given)
        yield
    finally:
        remove(folder / GIVEN_FOLDER)


def discard(folder: Path) -> None:
    """Remove the trained weights from a job's folder."""
    for name in (WEIGHTS_NAME, LOGITS_NAME):
        remove(folder / name)


def are_in(folder: Path) -> bool:
    """Whether a training's folder has the weights that transfers read."""
    return all(is_plain(folder / name) for name in (WEIGHTS_NAME, LOGITS_NAME))


def lend(source: Path, folder: Path) -> None:
    """Put the weights of a training's folder into another folder too."""
    for name in (WEIGHTS_NAME, LOGITS_NAME):
        _link_or_copy(source / name, folder / name)


def _link_or_copy(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)
