"""Brings Velox into the process."""

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
