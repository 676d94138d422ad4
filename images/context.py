"""What goes into an image: the recipe, the code, and a digest over both.

The digest covers the wheels too, for the lock names each by its sha256.
`python -m images.context` lists the digests: an image with another one is stale.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

from images.environments import plugin_sources
from images.layout import IMAGES, ROOT, WHEELHOUSE, contenders, devices, lock_path
from images.process import print_anything

_CODE = (
    "contract/**/*.py",
    "data/**/*.py",
    "data/*.csv",
    "data/*.toml",
    "host/**/*.py",
    "runners/__init__.py",
    "runners/harness/**/*.py",
    "studies/*.toml",
)
# The modules that fill an environment; the rest of this folder has no part in what an image holds.
_FILLING = (
    *("__init__", "preconditions", "environments", "installation"),
    *("layout", "process", "wheelhouse"),
)


def main(arguments: Sequence[str] | None = None) -> None:
    """Print name and digest of each image that there can be for a device."""
    parser = argparse.ArgumentParser(prog="python -m images.context", description=main.__doc__)
    parser.add_argument("--device", choices=["cpu", "cuda"], default="cpu")
    device = parser.parse_args(arguments).device
    for name in contenders():
        if device in devices(name):
            print(name, source_sha256(context_files(name, device), device))


def context_files(name: str, device: str) -> dict[str, Path]:
    """Return the files of an image's build context, but the wheels: path inside → path here."""
    lock = lock_path(name, device)
    recipe = [*(IMAGES / f"{module}.py" for module in _FILLING), lock, *plugin_sources(name)]
    recipe += [IMAGES / name / "Dockerfile"]
    code = [path for pattern in _CODE for path in ROOT.glob(pattern)]
    code += [path for folder in runner_folders(name) for path in folder.rglob("*")]
    files = {path.relative_to(ROOT).as_posix(): path for path in recipe}
    for path in code:
        if path.is_file() and "__pycache__" not in path.parts:
            files[f"code/{path.relative_to(ROOT).as_posix()}"] = path
    return dict(sorted(files.items()))


def runner_folders(name: str) -> list[Path]:
    """Return the folders of the contenders that share an image."""
    names_image = re.compile(rf'^image\s*=\s*"{re.escape(name)}"', re.MULTILINE)
    return [
        description.parent
        for description in sorted((ROOT / "runners").glob("*/contender.toml"))
        if names_image.search(description.read_text(encoding="utf-8"))
    ]


def source_sha256(files: dict[str, Path], device: str) -> str:
    """Digest of every file, by its place, and of the device that they are for."""
    digest = sha256(device.encode())
    for place, path in files.items():
        digest.update(f"\n{place} {sha256(path.read_bytes()).hexdigest()}".encode())
    return digest.hexdigest()


@contextmanager
def staged(name: str, files: dict[str, Path], wheels: Path) -> Iterator[Path]:
    """Lay out a build context in a folder that is there meanwhile; wheels are linked into it.

    Whoever runs a job in the image must be able to read it, whatever this user's umask is.
    """
    folder = WHEELHOUSE / "contexts" / name
    shutil.rmtree(folder, ignore_errors=True)
    for place, path in files.items():
        target = folder / place
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
        target.chmod(0o644)
    (folder / "wheels").mkdir()
    for inside in (folder, *(path for path in folder.rglob("*") if path.is_dir())):
        inside.chmod(0o755)
    for wheel in wheels.glob("*.whl"):
        os.link(wheel, folder / "wheels" / wheel.name)
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    print_anything()
    main()
