"""Wheels on disk: downloaded once, then used for environments and images alike.

pip does the downloading, with whatever configuration, proxy and certificates it has here; what
counts is the sha256 in the lock.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

from images.layout import WHEELHOUSE, ForeignWheels, SetupError, foreign_wheels
from images.process import alone_with, run

Pip = Sequence[str | Path]
"""The command that starts a pip, whose Python decides which wheels fit."""

_MARKER = "lock.sha256"
"""Which lock a folder of wheels was filled for; written last."""
REMEDY = "check the network, or pass --wheelhouse with a folder that holds the wheels"


def fill(lock: Path, name: str, python_version: str, pip: Pip, offline: bool = False) -> Path:
    """Download the wheels of a lock, unless they are here, and return their folder.

    Raises:
        SetupError: a wheel is not available, or is not the one that was locked.
    """
    folder = WHEELHOUSE / f"{name}-py{python_version}"
    digest = sha256(lock.read_bytes()).hexdigest()
    marker = folder / _MARKER
    with alone_with(folder):
        if marker.exists() and marker.read_text(encoding="utf-8") == digest:
            return folder
        if offline:
            raise SetupError(f"the wheels of {name} are not in {folder}; build once with a network")
        print(f"{name}: downloading its wheels for Python {python_version}", flush=True)
        partial = folder.with_name(f"{folder.name}.partial")
        partial.mkdir(parents=True, exist_ok=True)
        try:
            _download(lock, partial, [partial, folder], pip)
        except SetupError as error:
            raise SetupError(f"{error}{_hint(name, digest)}") from error
        (partial / marker.name).write_text(digest, encoding="utf-8")
        shutil.rmtree(folder, ignore_errors=True)
        partial.rename(folder)
    return folder


def how_to_renew(folder: Path) -> str:
    """Return what to do about wheels that are not those of the lock."""
    if folder.is_relative_to(WHEELHOUSE):
        return f"remove {folder}, then `make setup` downloads them anew"
    return f"put into {folder} the wheels that the lock names"


def _hint(name: str, digest: str) -> str:
    """Name the Pythons that the same wheels are here for, as a bundle brings them for one."""
    markers = WHEELHOUSE.glob(f"{name}-py*/{_MARKER}")
    folders = [m.parent.name for m in markers if m.read_text(encoding="utf-8") == digest]
    pythons = [f"PYTHON=python{folder.rpartition('-py')[2]}" for folder in sorted(folders)]
    return f"; its wheels are here for {' and '.join(pythons)}" if pythons else ""


def _download(lock: Path, target: Path, known: list[Path], pip: Pip) -> None:
    for wheels in foreign_wheels(lock):
        _download_foreign(wheels, target, pip)
    links = [option for folder in known if folder.exists() for option in ("--find-links", folder)]
    run(
        [*_downloader(pip, target), *links, "--require-hashes", "--requirement", lock],
        f"the wheels of {lock.name} could not be downloaded",
        REMEDY,
    )


def _download_foreign(wheels: ForeignWheels, target: Path, pip: Pip) -> None:
    """Ask pip's own sources first, then the index that the wheels are published on."""
    command = [*_downloader(pip, target), "--no-deps", f"{wheels.package}=={wheels.version}"]
    try:
        run(command, "", "")
    except SetupError:
        print(f"pip's own sources have no {command[-1]}: asking {wheels.index}", flush=True)
        run(
            [*command, "--index-url", wheels.index],
            f"{wheels.package} {wheels.version} could not be downloaded from {wheels.index}",
            f"{REMEDY}, or {wheels.instead}",
        )


def _downloader(pip: Pip, target: Path) -> list[str | Path]:
    return [*pip, "download", "--quiet", "--only-binary=:all:", "--dest", target]
