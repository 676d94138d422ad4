"""The machine's memory."""

import os
import resource
import shutil
from pathlib import Path

import psutil

from host.cgroup import ROOT
from host.group_limits import memory_limit

SHARED_MEMORY = Path("/dev/shm")


def machine_memory_bytes() -> int:
    """Return the size of the machine's memory."""
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


def private_memory_limit_bytes() -> int | None:
    """Return what a process here may have of private memory, as `ulimit -d` sets it, if limited."""
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    return None if hard == resource.RLIM_INFINITY else hard


def free_memory_bytes(root: Path = ROOT) -> int:
    """Return what new processes can get: no more than the control groups' limit as a whole."""
    available = int(psutil.virtual_memory().available)
    limit = memory_limit(root)
    return min(available, limit.size_bytes) if limit else available


def shared_memory_bytes(folder: Path = SHARED_MEMORY) -> int | None:
    """Return the size of the file system that processes share memory through; None without one."""
    return shutil.disk_usage(folder).total if folder.is_dir() else None
