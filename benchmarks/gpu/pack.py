"""Packs what the machine with the GPU lacks: wheels, and as much data as may travel."""

import lzma
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.gpu.machine import DATA_NAME, WHEELS_NAME
from data import arrays
from data.catalog import read_catalog
from data.content import ArrayName, ByteArray
from data.datasets import FetchedDataset
from data.manifest import Decoded, Verification, publish
from data.places import arrays_folder, default_root
from images.process import run
from orchestrator.places import ROOT

MOST_BYTES = 58 * 10**6
"""64 MB travel; the checkout itself is about 5."""
CIFAR_TRAIN, CIFAR_TEST = 12_000, 2_000
"""The first of 50,000 and of 10,000 images: all of them take 150 MB however they are packed."""

CARRIED = (
    *("annotated-doc", "annotated-types", "boolean-py", "certifi", "charset-normalizer"),
    *("cyclonedx-python-lib", "defusedxml", "docker", "filelock", "idna", "license-expression"),
    *("markdown-it-py", "mdurl", "memory-profiler", "nvidia-ml-py", "packageurl-python"),
    *("packaging", "psutil", "py-serializable", "pydantic", "pydantic-core", "pygments"),
    *("requests", "rich", "safetensors", "shellingham", "sortedcontainers", "typer"),
    *("typing-extensions", "typing-inspection", "urllib3"),
)
"""What a run imports, as the lock has it. NumPy, SciPy and Pillow are the machine's own."""
_PLATFORMS = ("manylinux_2_28_x86_64", "manylinux_2_17_x86_64", "manylinux2014_x86_64")


def pack(folder: Path, python: str) -> None:
    """Fill `folder`, for a machine with that Python; exit with the reason where it cannot be.

    Raises:
        SetupError: a wheel cannot be downloaded.
        DataError: MNIST or CIFAR-10 is not here.
    """
    if folder.exists() and any(folder.iterdir()):
        sys.exit(f"error: {folder} is not empty; give a new folder")
    folder.mkdir(parents=True, exist_ok=True)
    _download(folder / WHEELS_NAME, python)
    _pack_data(folder / DATA_NAME)
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    if size > MOST_BYTES:
        sys.exit(f"error: {folder} holds {size / 1e6:.1f} MB, {MOST_BYTES / 1e6:.0f} may travel")
    print(f"{folder}: {size / 1e6:.1f} MB")


def carried_lock(lock: str) -> str:
    """Return the entries of `CARRIED` in a lock, hashes included."""
    entries = re.split(r"\n(?=\S)", lock)
    return "\n".join(entry for entry in entries if re.split(r"==", entry)[0] in CARRIED) + "\n"


def _download(wheels: Path, python: str) -> None:
    wheels.mkdir()
    platforms = [option for name in _PLATFORMS for option in ("--platform", name)]
    with tempfile.NamedTemporaryFile("w", suffix=".lock") as lock:
        lock.write(carried_lock((ROOT / "requirements.lock").read_text(encoding="utf-8")))
        lock.flush()
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
        command += ["--only-binary=:all:", "--implementation", "cp", "--python-version", python]
        command += [*platforms, "--require-hashes", "--requirement", lock.name]
        run(
            [*command, "--dest", wheels],
            f"the wheels for Python {python} could not be downloaded",
            "check the network",
        )


def _pack_data(target: Path) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        for dataset, parts, told in _parts():
            verification = Verification(passed=not told, told=told or "arrays verified by sha256")
            target = arrays_folder(Path(scratch), dataset.name)
            publish(target, dataset, "pack", Decoded(parts, verification))
        compress(Path(scratch), target)


def compress(folder: Path, target: Path) -> None:
    """Write every file of a folder, compressed, to the same place below `target`."""
    for path in (path for path in folder.rglob("*") if path.is_file()):
        packed = target / path.relative_to(folder).with_name(f"{path.name}.xz")
        packed.parent.mkdir(parents=True, exist_ok=True)
        with path.open("rb") as plain, lzma.open(packed, "wb") as compressed:
            shutil.copyfileobj(plain, compressed)


def _parts() -> Iterator[tuple[FetchedDataset, dict[ArrayName, ByteArray], str]]:
    """Yield each data set, what travels of it, and, where that is a part, which."""
    catalog = read_catalog()
    yield catalog.images("mnist"), dict(arrays.load("mnist", default_root()).parts), ""
    images = arrays.load("cifar-10", default_root())
    parts = {
        name: array[: CIFAR_TRAIN if name.startswith("train") else CIFAR_TEST]
        for name, array in images.parts.items()
    }
    told = (
        f"a part: the first {CIFAR_TRAIN:,} of {len(images.train_images):,} training images and "
        f"the first {CIFAR_TEST:,} of {len(images.test_images):,} test images"
    )
    yield catalog.images("cifar-10"), parts, told
