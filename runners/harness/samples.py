"""The samples that a job works on: as much of the data set as its task needs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from contract.base import Task
from contract.job import JobSpec
from data.arrays import Arrays, as_inputs, load
from data.catalog import Part
from runners.harness.contender import FloatArray, IntArray
from runners.harness.gate import SAMPLES

_PARTS: Mapping[Task, tuple[Part, ...]] = {
    "verify": ("train_images", "train_labels"),
    "train": ("train_images", "train_labels", "test_images", "test_labels"),
    "predict": ("test_images",),
}


@dataclass(frozen=True)
class Samples:
    """The parts of a data set that a job asked for, opened and checked."""

    job: JobSpec
    arrays: Arrays

    @property
    def sha256(self) -> dict[str, str]:
        """Content hash by array, of all that was opened."""
        return {str(part): sha256 for part, sha256 in self.arrays.sha256.items()}

    def training(self) -> tuple[FloatArray, IntArray]:
        """Return the job's training inputs (float32, 0–1) and labels (int64)."""
        return self._first(self.job.train_samples, "train_images", "train_labels")

    def test(self) -> tuple[FloatArray, IntArray]:
        """Return the job's test inputs and labels."""
        return self._first(self.job.test_samples, "test_images", "test_labels")

    def to_predict(self) -> FloatArray:
        """Return the batch that predictions are timed on."""
        return as_inputs(self.arrays.test_images[: self.job.predict_samples], "float32")

    def to_verify(self) -> tuple[FloatArray, IntArray]:
        """Return the first training samples, as many as the gate can use."""
        return self._first(SAMPLES, "train_images", "train_labels")

    def _first(self, count: int | None, images: Part, labels: Part) -> tuple[FloatArray, IntArray]:
        inputs = as_inputs(self.arrays.parts[images][:count], "float32")
        return inputs, self.arrays.parts[labels][:count].astype(np.int64)


def load_samples(job: JobSpec) -> Samples:
    """Open what the job's task needs; raise DataError where it is absent or corrupt."""
    return Samples(job, load(job.dataset, Path(job.data_dir), _PARTS[job.task]))
