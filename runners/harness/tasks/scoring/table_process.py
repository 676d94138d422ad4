"""Writes the table of a score job in a process of its own, whose memory is nobody's measurement.

Run as a program it writes the table of a job (first argument: its JSON file) to a folder (second).
"""

import math
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from contract.job import JobSpec
from runners.harness.contender.scorer import ImageTable
from runners.harness.errors import RunnerError
from runners.harness.tasks.samples import load_samples

LEAST_INK = 0.1
"""Of a white image's; of MNIST's test images about three in four have as much."""
_WHITE = 255
_JOB_NAME = "table-job.json"


@contextmanager
def table_of(job: JobSpec, folder: Path) -> Iterator[ImageTable]:
    """Write a job's table; take it away in the end: a million images are a quarter of a gigabyte.

    Raises:
        RunnerError: the data set has no images, or the table could not be written.
    """
    shutil.rmtree(folder, ignore_errors=True)
    job_file = folder.with_name(_JOB_NAME)
    job_file.write_text(job.model_dump_json())
    try:
        command = [sys.executable, "-m", __name__, str(job_file), str(folder)]
        child = subprocess.run(command, stderr=subprocess.PIPE, text=True, check=False)
        if child.returncode:
            last_words = (child.stderr.strip().splitlines() or ["no words"])[-1]
            raise RunnerError(
                f"the table could not be written: {last_words}",
                f"see that {folder.parent} has room, and that the data set is one of images",
            )
        yield open_table(job, folder)
    finally:
        job_file.unlink()
        shutil.rmtree(folder, ignore_errors=True)


def open_table(job: JobSpec, folder: Path) -> ImageTable:
    """Return the table of a job that was written to a folder."""
    return ImageTable(
        files=tuple(sorted(folder.iterdir())),
        rows=job.rows or 0,
        image_shape=job.model.input_shape,
        least_ink=math.ceil(LEAST_INK * _WHITE * math.prod(job.model.input_shape)),
        drivers=job.limits.threads,
    )


def write(job: JobSpec, folder: Path) -> None:
    """Write the table of a job to a folder, from the test images of its data set.

    Raises:
        RunnerError: the data set has no images.
        DataError: it is absent or corrupt.
    """
    images, labels = load_samples(job).pixels()

    from runners.harness.tasks.scoring.table import write_table

    write_table(folder, images, labels, job.rows or 0)


if __name__ == "__main__":
    write(JobSpec.model_validate_json(Path(sys.argv[1]).read_bytes()), Path(sys.argv[2]))
