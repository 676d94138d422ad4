"""The samples that a job works on: as much of the data set as its task needs."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from contract.base import Task
from contract.job import JobSpec
from data.arrays import as_inputs, load
from data.catalog import read_catalog
from data.content import ArrayName, ByteArray
from data.datasets import TableDataset
from data.table import load_split
from runners.harness.contender.network import FloatArray
from runners.harness.errors import RunnerError
from runners.harness.gate.evidence import Batch
from runners.harness.gate.gate import SAMPLES

_TRAINING: tuple[ArrayName, ...] = ("train_images", "train_labels")
_TEST: tuple[ArrayName, ...] = ("test_images", "test_labels")
_PARTS: Mapping[Task, tuple[ArrayName, ...]] = {
    "verify": _TRAINING,
    "mistakes": _TRAINING,
    "train": _TRAINING + _TEST,
    "predict": _TEST,
    "transfer": _TEST,
    "score": _TEST,
}


class Samples(ABC):
    """Inputs (float32) and targets of a data set, as a job wants them."""

    def __init__(self, job: JobSpec) -> None:
        self._job = job

    @property
    @abstractmethod
    def sha256(self) -> dict[str, str]:
        """Content hash by array, of all that was opened."""

    @abstractmethod
    def first_training(self, count: int | None) -> Batch:
        """Return the first training samples; None: all."""

    @abstractmethod
    def first_test(self, count: int | None) -> Batch:
        """Return the first test samples; None: all."""

    def pixels(self) -> tuple[ByteArray, ByteArray]:
        """Return all test images, as they are, and classes; RunnerError where there are none."""
        raise RunnerError(f"{self._job.dataset} has no images", "name a data set of images")

    def training(self) -> Batch:
        """Return what the job trains on."""
        return self.first_training(self._job.train_samples)

    def test(self) -> Batch:
        """Return what the job evaluates on."""
        return self.first_test(self._job.test_samples)

    def to_verify(self) -> Batch:
        """Return as many training samples as the gate can use."""
        return self.first_training(SAMPLES)

    def to_predict(self) -> FloatArray:
        """Return the batch that predictions are timed on; the samples again where they run out."""
        count = self._job.predict_samples
        inputs, _ = self.first_test(count)
        return inputs if len(inputs) == count else inputs[np.arange(count) % len(inputs)]


class ImageSamples(Samples):
    """Images scaled to 0–1, and classes (int64)."""

    def __init__(self, job: JobSpec) -> None:
        super().__init__(job)
        self._arrays = load(job.dataset, Path(job.data_dir), _PARTS[job.task])

    @property
    def sha256(self) -> dict[str, str]:
        """Content hash by array, of all that was opened."""
        return {str(part): sha256 for part, sha256 in self._arrays.sha256.items()}

    def first_training(self, count: int | None) -> Batch:
        """Return the first training images and their classes."""
        return self._first(count, _TRAINING)

    def first_test(self, count: int | None) -> Batch:
        """Return the first test images and their classes."""
        return self._first(count, _TEST)

    def pixels(self) -> tuple[ByteArray, ByteArray]:
        """Return all test images (count, height, width, channels) and their classes (count,)."""
        images, labels = (self._arrays.parts[part] for part in _TEST)
        return images, labels

    def _first(self, count: int | None, parts: tuple[ArrayName, ...]) -> Batch:
        images, labels = (self._arrays.parts[part][:count] for part in parts)
        return as_inputs(images, "float32"), labels.astype(np.int64)


class TableSamples(Samples):
    """Rows of a table, standardised."""

    def __init__(self, job: JobSpec) -> None:
        super().__init__(job)
        self._split = load_split(job.dataset)

    @property
    def sha256(self) -> dict[str, str]:
        """Content hash by side of the split."""
        return dict(self._split.sha256)

    def first_training(self, count: int | None) -> Batch:
        """Return the first training rows and their targets."""
        return self._split.train_inputs[:count], self._split.train_targets[:count]

    def first_test(self, count: int | None) -> Batch:
        """Return the first test rows and their targets."""
        return self._split.test_inputs[:count], self._split.test_targets[:count]


def load_samples(job: JobSpec) -> Samples:
    """Open what the job's task needs; raise DataError where it is absent or corrupt."""
    is_table = isinstance(read_catalog()[job.dataset], TableDataset)
    return TableSamples(job) if is_table else ImageSamples(job)
