"""Brings Velox into the process, and Arrow, which it reads and writes."""

from __future__ import annotations

import ctypes
from pathlib import Path


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
