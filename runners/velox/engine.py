"""Brings Velox into the process, and Arrow, which it reads and writes."""

import ctypes
from pathlib import Path

PUBLISHED_DEFAULTS = {
    "initialisation": "none in Velox; weights are read in, here Glorot-uniform kernels, "
    "zero biases",
    "optimizer": "no numbers of its own; those of the matched protocol are passed in",
    "adam": "ε beside the uncorrected root",
    "batch norm": "momentum and ε as the model gives them; biased variance in both uses",
    "weight decay": "L2, added to the gradient of every weight",
    "loop": "one query plan per mini-batch, started from Python",
    "loader": "arrays in memory, shuffled whole for every epoch; the last batch may be smaller",
}
"""What Velox's users write themselves, since it comes without a training loop."""


def import_velox() -> None:
    """Import pyvelox with pyarrow's libarrow in front of the older one inside libvelox.so."""
    import pyarrow

    soname = f"libarrow.so.{pyarrow.cpp_version_info.major}00"
    folder = Path(pyarrow.get_library_dirs()[0])
    ctypes.CDLL(str(folder / soname), mode=ctypes.RTLD_GLOBAL)
    import pyvelox.arrow
    import pyvelox.plan_builder
    import pyvelox.runner  # noqa: F401


def set_arrow_threads(threads: int) -> None:
    """Size pyarrow's two pools."""
    import pyarrow

    pyarrow.set_cpu_count(threads)
    pyarrow.set_io_thread_count(threads)


def arrow_pools() -> dict[str, int]:
    """Return the size of pyarrow's two pools."""
    import pyarrow

    return {"arrow_cpu": pyarrow.cpu_count(), "arrow_io": pyarrow.io_thread_count()}
