"""Which source is running: its commit, and a hash of what a job's result depends on."""

from __future__ import annotations

import hashlib
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from orchestrator.places import ROOT

_SHARED = ("contract/*.py", "data/*.py", "data/*.toml", "data/formats/*.py", "runners/harness/*.py")


@dataclass(frozen=True)
class Source:
    """The kit's version, and its commit where it runs from a git checkout."""

    version: str
    commit: str | None
    dirty: bool | None
    """Whether tracked files differ from the commit."""


def read_source() -> Source:
    """Ask git; a copy without git has no commit."""
    commit = _git("rev-parse", "HEAD")
    status = _git("status", "--porcelain", "--untracked-files=no")
    dirty = None if status is None else bool(status)
    return Source(version("plumbline"), commit, dirty)


def runner_sha256(folder: Path) -> str:
    """Return a hash of all source that runs in a job of the contender in `folder`."""
    digest = hashlib.sha256()
    for path in _files(folder):
        digest.update(f"{path.relative_to(ROOT)}\0".encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _files(folder: Path) -> Iterator[Path]:
    for pattern in _SHARED:
        yield from sorted(ROOT.glob(pattern))
    yield from sorted(folder.rglob("*.py"))


def _git(*arguments: str) -> str | None:
    try:
        completed = subprocess.run(
            ["git", "-C", str(ROOT), *arguments], capture_output=True, text=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        return None
    return completed.stdout.strip()
