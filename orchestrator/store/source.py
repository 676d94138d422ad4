"""Which source is running: its commit, and hashes of what a job's result depends on."""

import subprocess
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from contract.contender import ContenderInfo
from orchestrator.errors import PlumblineError
from orchestrator.places import ROOT
from orchestrator.store.cache_key import files_sha256

_SHARED = (
    *("contract/**/*.py", "host/**/*.py", "runners/*.py", "runners/harness/**/*.py"),
    *("data/**/*.py", "data/*.toml", "data/*.csv"),
)
_MADE = {"__pycache__", "build"}
"""Folders of generated files."""


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


def runner_files(contender: ContenderInfo, folder: Path, root: Path = ROOT) -> set[Path]:
    """Return the source that was written for the contender in `folder`."""
    return {*folder.rglob("*.py"), *source_files(contender, root)}


def shared_files(root: Path = ROOT) -> set[Path]:
    """Return the source that runs in every job: contract, host, harness, reading of data."""
    return {path for pattern in _SHARED for path in root.glob(pattern)}


def runner_sha256(contender: ContenderInfo, folder: Path, root: Path = ROOT) -> str:
    """Return a hash of `runner_files`."""
    return files_sha256(runner_files(contender, folder, root), root)


def shared_sha256(root: Path = ROOT) -> str:
    """Return a hash of `shared_files`."""
    return files_sha256(shared_files(root), root)


def engine_sha256(root: Path = ROOT) -> str:
    """Return a hash of the source that sets the conditions under which jobs run."""
    return files_sha256((root / "orchestrator" / "engines").rglob("*.py"), root)


def source_files(contender: ContenderInfo, root: Path = ROOT) -> list[Path]:
    """Return the files that were written for a contender; raise PlumblineError where one is not."""
    found: set[Path] = set()
    for name in contender.source:
        place = root / name
        if not place.exists():
            raise PlumblineError(
                f"{contender.name}: its source {name} is not there",
                f"fix `source` in the contender.toml of {contender.name}",
            )
        below = place.rglob("*") if place.is_dir() else [place]
        written = (path for path in below if _MADE.isdisjoint(path.relative_to(root).parts))
        found |= {path for path in written if path.is_file()}
    return sorted(found)


def _git(*arguments: str) -> str | None:
    try:
        completed = subprocess.run(
            ["git", "-C", str(ROOT), *arguments], capture_output=True, text=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        return None
    return completed.stdout.strip()
