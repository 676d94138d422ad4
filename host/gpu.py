"""The NVIDIA driver, as its kernel module describes itself."""

import re
from pathlib import Path

_ROOT = Path("/")
_DRIVER = "proc/driver/nvidia/version"


def has_nvidia_driver(root: Path = _ROOT) -> bool:
    """Return whether an NVIDIA driver is loaded."""
    return (root / _DRIVER).is_file()


def nvidia_driver_version(root: Path = _ROOT) -> str | None:
    """Return the loaded driver's version; None without one."""
    if not has_nvidia_driver(root):
        return None
    version = re.search(r"Kernel Module.*?\s(\d+(?:\.\d+)+)", (root / _DRIVER).read_text())
    return version[1] if version else None
