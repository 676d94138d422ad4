"""What there is to see of a contender's environment and image on this machine."""

from __future__ import annotations

import json
from importlib.metadata import distributions
from pathlib import Path
from stat import S_ISREG

_INSTALLATION = Path("lib", "plumbline", "installation.json")
"""Written by `images.environments` when it has installed an environment."""


def package_count(prefix: Path) -> int:
    """Return the number of distributions in an environment."""
    folders = [str(folder) for folder in prefix.glob("lib/python*/site-packages")]
    return sum(1 for _ in distributions(path=folders))


def tree_bytes(prefix: Path) -> int:
    """Return the size of all files below a folder; links count for nothing."""
    found = [path.lstat() for path in prefix.rglob("*")]
    return sum(status.st_size for status in found if S_ISREG(status.st_mode))


def install_seconds(prefix: Path) -> float | None:
    """Return how long an environment took to install; None where nobody wrote it down."""
    return _read_number(prefix / _INSTALLATION, "install_seconds")


def build_seconds(builds: Path, image: str, device: str) -> float | None:
    """Return how long an image took to build the last time it was; None where nobody wrote it."""
    return _read_number(builds / f"{image}-{device}.json", "build_seconds")


def _read_number(path: Path, name: str) -> float | None:
    try:
        return float(json.loads(path.read_text(encoding="utf-8"))[name])
    except (OSError, ValueError, KeyError, TypeError):
        return None
