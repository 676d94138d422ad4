"""The machine's memory."""

import os
import shutil
from pathlib import Path

SHARED_MEMORY = Path("/dev/shm")


def machine_memory_bytes() -> int:
    """Return the size of the machine's memory."""
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


def shared_memory_bytes(folder: Path = SHARED_MEMORY) -> int | None:
    """Return the size of the file system that processes share memory through; None without one."""
    return shutil.disk_usage(folder).total if folder.is_dir() else None
