"""The steps of filling an environment. Each raises SetupError where it fails."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path

from images.layout import ROOT, SetupError
from images.process import run
from images.wheelhouse import REMEDY, Pip


def make_venv(prefix: Path) -> Pip:
    """Make a virtual environment with nothing but pip in it; return its pip."""
    run(
        [sys.executable, "-m", "venv", prefix],
        f"no virtual environment could be made in {prefix}",
        "on Debian and Ubuntu: apt-get install python3-venv",
    )
    pip: Pip = [prefix / "bin" / "python", "-m", "pip", "--disable-pip-version-check"]
    # Python before 3.12 adds its own setuptools, which no lock has chosen.
    run([*pip, "uninstall", "--yes", "--quiet", "setuptools"], "pip does not work", REMEDY)
    return pip


def install(pip: Pip, lock: Path, wheels: Path, target: Path | None = None) -> None:
    """Install a lock from a folder of wheels, into pip's environment or into a folder."""
    options: list[str | Path] = ["--no-index", "--find-links", wheels, "--only-binary=:all:"]
    if target:
        options += ["--target", target]
    run(
        [*pip, "install", "--quiet", *options, "--require-hashes", "--requirement", lock],
        f"{lock.name} could not be installed from {wheels}",
        "a wheel is missing there, or is not the one that was locked",
    )


def install_project(pip: Pip) -> None:
    """Install this project itself, in place."""
    run(
        [*pip, "install", "--quiet", "--no-index", "--no-build-isolation", "--no-deps", "-e", ROOT],
        "the project itself could not be installed",
        "see pyproject.toml",
    )


def build_plugin(folder: Path, prefix: Path) -> None:
    """Compile a plugin into an environment and let it test itself."""
    missing = [tool for tool in ("make", os.environ.get("CXX", "g++")) if not shutil.which(tool)]
    if missing:
        raise SetupError(
            f"the plugin needs {' and '.join(missing)}; on Debian and Ubuntu: "
            "apt-get install g++ make"
        )
    target = [f"PYTHON={prefix / 'bin' / 'python'}", f"PREFIX={prefix}"]
    with tempfile.TemporaryDirectory() as scratch:
        run(
            ["make", "-C", folder, f"--jobs={os.cpu_count()}", *target, f"build={scratch}"],
            "the plugin could not be built",
            f"`make -C {folder.relative_to(ROOT)} {' '.join(target)}` shows the whole output",
        )
