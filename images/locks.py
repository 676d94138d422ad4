"""Refresh the locks: `python -m images.locks [--upgrade]`.

Every lock pins each package by version and sha256 for Python 3.10 and later. The orchestrator's
comes first and bounds the others, and CUDA bounds CPU, so that a package has one version wherever
it is used. Needs `uv`.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from images.layout import IMAGES, ROOT, TEST_TOOLS, ForeignWheels, SetupError, foreign_wheels
from images.process import print_anything

OLDEST_PYTHON = "3.10"
BUILD_REQUIREMENTS = "setuptools>=77\n"
"""What builds this project itself, so that it installs without build isolation."""


def main() -> int:
    """Refresh all locks; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m images.locks", description=__doc__)
    parser.add_argument("--upgrade", action="store_true", help="take newer versions where allowed")
    upgrade = parser.parse_args().upgrade
    try:
        refresh(upgrade)
    except SetupError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


def refresh(upgrade: bool) -> None:
    """Bring every lock in line with its requirements; raise SetupError where uv cannot."""
    root_lock = ROOT / "requirements.lock"
    _compile(["pyproject.toml", "--extra", "dev", "-"], root_lock, [], upgrade)
    _compile([f"images/{TEST_TOOLS}.in"], IMAGES / f"{TEST_TOOLS}.lock", [root_lock], upgrade)
    for folder in sorted({path.parent for path in IMAGES.glob("*/requirements-*.in")}):
        bounds = [root_lock]
        for requirements in sorted(folder.glob("requirements-*.in"), reverse=True):
            lock = requirements.with_suffix(".lock")
            _compile([str(requirements.relative_to(ROOT))], lock, bounds, upgrade)
            bounds.append(lock)


def _compile(sources: list[str], lock: Path, bounds: list[Path], upgrade: bool) -> None:
    print(f"locking {lock.relative_to(ROOT)}", flush=True)
    foreign = foreign_wheels(lock)
    with tempfile.NamedTemporaryFile("w", suffix=".toml", encoding="utf-8") as config:
        config.write("".join(_metadata(wheels) for wheels in foreign))
        config.flush()
        command = [
            *(_uv(), "pip", "compile", *sources, "--config-file", config.name, "--quiet"),
            *("--universal", "--python-version", OLDEST_PYTHON, "--generate-hashes"),
            "--no-annotate",
            *("--custom-compile-command", "python -m images.locks"),
            *("--output-file", str(lock)),
            *(f"--constraint={bound.relative_to(ROOT)}" for bound in bounds),
            *(f"--no-emit-package={wheels.package}" for wheels in foreign),
            *(["--upgrade"] if upgrade else []),
        ]
        done = subprocess.run(command, cwd=ROOT, input=BUILD_REQUIREMENTS, text=True, check=False)
    if done.returncode:
        raise SetupError(f"uv could not lock {lock.relative_to(ROOT)}; see its messages above")
    with lock.open("a", encoding="utf-8") as file:
        file.write("".join(_requirement(wheels) for wheels in foreign))


def _uv() -> str:
    beside = Path(sys.executable).with_name("uv")
    found = str(beside) if beside.exists() else shutil.which("uv")
    if found is None:
        raise SetupError("uv is not installed; install it with `python -m pip install uv`")
    return found


def _metadata(wheels: ForeignWheels) -> str:
    """Tell uv what the wheels require, by the version that the package index knows."""
    return (
        "[[dependency-metadata]]\n"
        f"name = {json.dumps(wheels.package)}\n"
        f"version = {json.dumps(wheels.version.split('+')[0])}\n"
        f"requires-dist = {json.dumps(wheels.requires)}\n"
    )


def _requirement(wheels: ForeignWheels) -> str:
    hashes = "".join(f" \\\n    --hash=sha256:{digest}" for digest in wheels.sha256)
    return f"{wheels.package}=={wheels.version}{hashes}\n"


if __name__ == "__main__":
    print_anything()
    sys.exit(main())
