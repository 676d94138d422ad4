"""The samples that a job works on: as much of the data set as its task needs."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from contract.base import Task
from contract.job import JobSpec
from contract.words import counted
from data.arrays import as_inputs, load
from data.catalog import read_catalog
from data.content import ArrayName, ByteArray
from data.datasets import TableDataset
from data.table import folder_of, load_split
from runners.harness.contender.network import Batch, FloatArray
from runners.harness.errors import RunnerError
from runners.harness.gate.plan import SAMPLES

_TRAINING: tuple[ArrayName, ...] = ("train_images", "train_labels")
_TEST: tuple[ArrayName, ...] = ("test_images", "test_labels")
_PARTS: Mapping[Task, tuple[ArrayName, ...]] = {
    "verify": _TRAINING,
    "mistakes": _TRAINING,
    "train": _TRAINING + _TEST,
    "sweep": _TRAINING + _TEST,
    "predict": _TEST,
    "transfer": _TEST,
    "score": _TEST,
    "turns": _TRAINING + _TEST,
}


@dataclass(frozen=True)
class Samples:
    """Inputs (float32) and targets of a data set, as a job wants them.

    Images are scaled to 0–1 and have classes (int64); the rows of a table are standardised.
    """

    job: JobSpec
    sha256: dict[str, str]
    """Content hash by array, of all that was opened."""
    arrays: Mapping[ArrayName, NDArray[Any]]
    """What was opened; of a table, rows and their targets."""
    has_images: bool
    doubt: str | None = None
    """Why nobody knows whether these are the published data; None where it is known."""

    def first_training(self, count: int | None) -> Batch:
        """Return the first training samples; None: all."""
        return self._first(count, _TRAINING)

    def pixels(self) -> tuple[ByteArray, ByteArray]:
        """Return all test images (count, height, width, channels) and their classes (count,).

        Raises:
            RunnerError: the data set has no images.
        """
        if not self.has_images:
            raise RunnerError(f"{self.job.dataset} has no images", "name a data set of images")
        images, labels = (self.arrays[part] for part in _TEST)
        return images, labels

    def training(self) -> Batch:
        """Return what the job trains on; raise RunnerError where that is more than there is."""
        return self._exactly(self.job.train_samples, _TRAINING)

    def test(self) -> Batch:
        """Return what the job evaluates on; raise RunnerError where that is more than there is."""
        return self._exactly(self.job.test_samples, _TEST)

    def to_verify(self) -> Batch:
        """Return as many training samples as the gate can use."""
        return self.first_training(SAMPLES)

    def to_evaluate(self, most: int) -> FloatArray:
        """Return the inputs of the first test samples, whatever part of them the job has."""
        inputs, _ = self._first(most, _TEST)
        return inputs

    def to_predict(self) -> FloatArray:
        """Return the batch that predictions are timed on; the samples again where they run out."""
        count = self.job.predict_samples
        inputs, _ = self._first(count, _TEST)
        return inputs if len(inputs) == count else inputs[np.arange(count) % len(inputs)]

    def _exactly(self, count: int | None, parts: tuple[ArrayName, ...]) -> Batch:
        present = len(self.arrays[parts[0]])
        if count is not None and count > present:
            side = parts[0].partition("_")[0]
            asked = counted(count, "sample")
            raise RunnerError(
                f"{asked} to {side} with asked for, {self.job.dataset} has {present} here",
                "ask for fewer in the study's profile, or provide the whole data set",
            )
        return self._first(count, parts)

    def _first(self, count: int | None, parts: tuple[ArrayName, ...]) -> Batch:
        inputs, targets = (self.arrays[part][:count] for part in parts)
        if not self.has_images:
            return inputs, targets
        return as_inputs(inputs, "float32"), targets.astype(np.int64)


def load_samples(job: JobSpec) -> Samples:
    """Open what the job's task needs; raise DataError where it is absent or corrupt."""
    root = Path(job.data_dir)
    catalog = read_catalog(root)
    if isinstance(catalog[job.dataset], TableDataset):
        split = load_split(job.dataset, folder_of(job.dataset, root), catalog)
        rows: dict[ArrayName, NDArray[Any]] = {
            "train_images": split.train_inputs,
            "train_labels": split.train_targets,
            "test_images": split.test_inputs,
            "test_labels": split.test_targets,
        }
        return Samples(job, dict(split.sha256), rows, has_images=False)
    found = load(job.dataset, root, _PARTS[job.task])
    sha256 = {str(part): digest for part, digest in found.sha256.items()}
    doubt = None if found.verification.passed else found.verification.told
    return Samples(job, sha256, found.parts, has_images=True, doubt=doubt)
