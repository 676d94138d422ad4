"""Environment variables through which an engine speaks to a runner."""

from collections.abc import Iterable

THREAD_VARIABLES = (
    "OMP_NUM_THREADS",
    "MKL_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "NUMEXPR_NUM_THREADS",
)
"""From these, numerical libraries size their thread pools when they load, whoever uses them."""

ENGINE = "PLUMBLINE_ENGINE"
"""Engine and version."""
IMAGE_DIGEST = "PLUMBLINE_IMAGE_DIGEST"
"""Content id of the image that the container was made from."""
SOURCE_COMMIT = "PLUMBLINE_SOURCE_COMMIT"
SOURCE_DIRTY = "PLUMBLINE_SOURCE_DIRTY"
"""1 where the source differed from the commit, 0 where it did not."""
OUTPUT = "PLUMBLINE_OUTPUT"
"""Id of the output folder; what carries it and has no orchestrator any more is a leftover."""
JOB_GROUP = "PLUMBLINE_JOB_GROUP"
"""Name of the control group that the engine made for this job alone."""
NO_JOB_GROUP = "PLUMBLINE_NO_JOB_GROUP"
"""Why the engine made none."""
CONTENDER = "PLUMBLINE_CONTENDER"
"""The contender that an image runs where none is named."""


def thread_environment(threads: int, own: Iterable[str] = ()) -> dict[str, str]:
    """Return the variables that size every pool at `threads`; `own` are those of the contender."""
    return dict.fromkeys((*THREAD_VARIABLES, *own), str(threads))
