"""Images in a bundle: saved from one machine's engine, loaded into another's."""

from __future__ import annotations

import gzip
import subprocess
from pathlib import Path

from images.client import Client, find_client
from images.engine import find_engine
from images.layout import WHEELHOUSE, SetupError, contenders, devices
from images.tags import holds_this_source, image_tag

_CHUNK_BYTES = 64 * 2**20
"""Between two signs of life."""
_FASTEST = 1
"""Level of compression: halves the size at the speed of a disk."""


def archive_path(device: str) -> Path:
    """Return where the images lie in a checkout that came as a bundle."""
    return WHEELHOUSE / f"images-{device}.tar.gz"


def save_images(folder: Path, device: str) -> Path | None:
    """Save the images of this source into a folder; None where an engine has none of them.

    Raises:
        SetupError: the engine cannot save them.
    """
    try:
        client = find_client(find_engine())
    except SetupError as error:
        print(f"none: {error};", end=" ")
        return None
    names = [name for name in contenders() if device in devices(name)]
    tags = [image_tag(name, device) for name in names if holds_this_source(client, name, device)]
    if len(tags) < len(names):
        print(f"only {' '.join(tags) or 'none'}, `make images` builds all;", end=" ")
    if not tags:
        return None
    several = ["--multi-image-archive"] if client.engine.make == "Podman" else []
    archive = folder / archive_path(device).name
    with (
        subprocess.Popen(
            [*client.command, "save", *several, *tags], stdout=subprocess.PIPE
        ) as save,
        gzip.open(archive, "wb", _FASTEST) as file,
    ):
        assert save.stdout is not None
        while chunk := save.stdout.read(_CHUNK_BYTES):
            file.write(chunk)
            print(".", end="", flush=True)
    if save.returncode:
        raise SetupError(f"{client.engine.make} could not save {' '.join(tags)}; see above")
    return archive


def take_bundled(client: Client, names: list[str], device: str) -> list[str]:
    """Load the images that came with a bundle, if any did; return the names that are left to build.

    Raises:
        SetupError: the engine cannot load them.
    """
    archive = archive_path(device)
    if not archive.exists():
        return names
    if not all(holds_this_source(client, name, device) for name in names):
        print(f"loading the images of the bundle, {archive}", flush=True)
        client.ask("load", "--quiet", "--input", str(archive), remedy=f"remove {archive}")
    left = [name for name in names if not holds_this_source(client, name, device)]
    for name in names:
        if name not in left:
            print(f"{image_tag(name, device)}: from the bundle")
    return left
