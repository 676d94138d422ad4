"""The control group that a container gives its job, version 1 or 2, as seen from inside."""

from __future__ import annotations

from pathlib import Path

_ROOT = Path("/sys/fs/cgroup")
_LIMITS = ("memory.max", "memory/memory.limit_in_bytes")
_PEAKS = ("memory.peak", "memory/memory.max_usage_in_bytes")
_NO_LIMIT_BYTES = 2**60
"""Version 1 writes "no limit" as a number near 2**63."""


def memory_limit_bytes(root: Path = _ROOT) -> int | None:
    """Return the group's memory limit; None where it has none, as the root group does."""
    text = _first(root, _LIMITS)
    if text is None or text == "max" or int(text) >= _NO_LIMIT_BYTES:
        return None
    return int(text)


def peak_memory_bytes(root: Path = _ROOT) -> int | None:
    """Return the group's peak, page cache included.

    None where the group is not the job's alone (it has no limit, so nobody made it for a job) or
    the kernel keeps no peak (version 2 before Linux 5.19).
    """
    text = _first(root, _PEAKS) if memory_limit_bytes(root) is not None else None
    return None if text is None else int(text)


def _first(root: Path, names: tuple[str, ...]) -> str | None:
    paths = (root / name for name in names)
    return next((path.read_text().strip() for path in paths if path.is_file()), None)
