"""The steps of filling an environment. Each raises SetupError where it fails."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import sys
import tempfile
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path

from images.layout import ROOT, LeftOutError
from images.process import run
from images.wheelhouse import REMEDY, Pip, how_to_renew

_FINDS_PYTHON_BESIDE_IT = b"""\
#!/bin/sh
''':'
self=$0
while [ -L "$self" ]; do
    target=$(readlink -- "$self")
    case $target in /*) self=$target ;; *) self=$(dirname -- "$self")/$target ;; esac
done
python=$(dirname -- "$self")/python
if [ ! -x "$python" ]; then
    echo "error: there is no Python at $python any more; remedy: make setup" >&2
    exit 1
fi
unset PYTHONHOME PYTHONPATH PYTHONPLATLIBDIR PYTHONSAFEPATH
exec "$python" "$0" "$@"
' '''
"""
"""How a script starts: for sh, a search; for the Python that this starts, a text and no more.

What the user's other programs need of Python's variables would lead it to other modules.
"""
_STARTS_A_PYTHON = re.compile(
    rb"#!(?P<python>[^\n]*python[^\n]*\n)|#!/bin/sh\n'''exec'.*?\n' '''\n", re.DOTALL
)


def make_venv(prefix: Path) -> Pip:
    """Make a virtual environment with nothing but pip in it; return its pip.

    Debian keeps what puts pip into an environment in a package of its own; uv does without it.
    """
    venv: Pip = [sys.executable, "-m", "venv"]
    if find_spec("ensurepip") is None:
        venv = ["uv", "venv", "--quiet", "--seed", "--python", sys.executable]
    run(
        [*venv, prefix],
        f"no virtual environment could be made in {prefix}",
        "on Debian and Ubuntu: apt-get install python3-venv; anywhere: install uv",
    )
    pip: Pip = [prefix / "bin" / "python", "-m", "pip", "--disable-pip-version-check"]
    # Python before 3.12 adds its own setuptools, which no lock has chosen.
    uninstall = ["uninstall", "--yes", "--quiet", "setuptools", "wheel"]
    run([*pip, *uninstall], "pip does not work", REMEDY, _without_settings())
    return pip


def install(pip: Pip, lock: Path, wheels: Path, target: Path | None = None) -> None:
    """Install a lock from a folder of wheels, into pip's environment or into a folder.

    Settings of pip, which may name another place or other packages, are for downloads alone.
    """
    options: list[str | Path] = ["--no-index", "--find-links", wheels, "--only-binary=:all:"]
    if target:
        options += ["--target", target]
    run(
        [*pip, "install", "--quiet", *options, "--require-hashes", "--requirement", lock],
        f"{lock.name} could not be installed from {wheels}",
        f"if a wheel is missing or damaged there: {how_to_renew(wheels)}",
        _without_settings(),
    )


def install_project(pip: Pip) -> None:
    """Install this project itself, in place."""
    run(
        [*pip, "install", "--quiet", "--no-index", "--no-build-isolation", "--no-deps", "-e", ROOT],
        "the project itself could not be installed",
        "see pyproject.toml",
        _without_settings(),
    )


def _without_settings() -> dict[str, str]:
    """Return the variables of this process without those of pip and Python, and no file of pip."""
    own = ("PIP_", "PYTHON")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(own)}
    return kept | {"PIP_CONFIG_FILE": os.devnull}


def make_relocatable(prefix: Path) -> None:
    """Let an environment work, and find the project, wherever it is copied or linked with it.

    Its scripts start the Python beside them. Those that activate it, which name its first place
    alone, go.
    """
    for packages in prefix.glob("lib/python*/site-packages"):
        for absolute in packages.glob("__editable__*"):
            absolute.unlink()
            place = os.path.relpath(ROOT, packages)
            (packages / "plumbline.pth").write_text(f"{place}\n", encoding="utf-8")
    for path in (prefix / "bin").iterdir():
        if "activate" in path.name.lower():
            path.unlink()
        elif not path.is_symlink() and (start := _STARTS_A_PYTHON.match(path.read_bytes())):
            path.write_bytes(_FINDS_PYTHON_BESIDE_IT + path.read_bytes()[start.end() :])


def check_compiler() -> None:
    """Raise LeftOutError where a plugin cannot be compiled."""
    missing = [tool for tool in ("make", os.environ.get("CXX", "g++")) if not shutil.which(tool)]
    if missing:
        raise LeftOutError(f"its plugin cannot be compiled without {' and '.join(missing)}")


def build_plugin(folder: Path, prefix: Path) -> None:
    """Compile a plugin into an environment and let it test itself."""
    variables = {"PYTHON": str(prefix / "bin" / "python"), "PREFIX": str(prefix)}
    target = " ".join(f"{name}={shlex.quote(value)}" for name, value in variables.items())
    with tempfile.TemporaryDirectory() as scratch:
        # In a copy, targets have names without a path: make would split one at its spaces.
        made = shutil.ignore_patterns("build", "__pycache__")
        copy = shutil.copytree(folder, Path(scratch, folder.name), ignore=made)
        run(
            ["make", "-C", copy, f"--jobs={os.cpu_count()}"],
            "the plugin could not be built",
            f"`{target} make -C {folder.relative_to(ROOT)}` shows the whole output",
            # Variables that a make around this one was given would win over these.
            {**_without_make(os.environ), **variables, "REPOSITORY": str(ROOT)},
        )


def _without_make(variables: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in variables.items() if "MAKE" not in name}
