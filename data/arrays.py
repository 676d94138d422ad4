"""What runners read: the decoded arrays, mapped read-only and checked against their hashes."""

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

import numpy as np
from numpy.typing import NDArray

from contract.base import Precision
from data.catalog import Catalog, read_catalog
from data.content import ArrayName, ArraySpec, ByteArray, hash_file
from data.datasets import FetchedDataset
from data.errors import AbsentError, DataError
from data.manifest import MANIFEST_NAME, Manifest, Verification, read_manifest
from data.places import arrays_folder

ALL_PARTS: tuple[ArrayName, ...] = get_args(ArrayName)


@dataclass(frozen=True)
class ImageArrays:
    """The parts of a data set that were asked for; another part is a KeyError."""

    source: str
    """Where the arrays were fetched from, as the manifest says."""
    verification: Verification
    """By what it is known that these are the published data, as the manifest says."""
    parts: Mapping[ArrayName, ByteArray]
    """Read-only; mapped from the files, so that only what is touched takes memory."""
    sha256: Mapping[ArrayName, str]
    """Content hash of each part, computed from what was read."""
    verify_seconds: float
    """Time that opening and hashing took."""

    @property
    def train_images(self) -> ByteArray:
        """(count, height, width, channels)."""
        return self.parts["train_images"]

    @property
    def train_labels(self) -> ByteArray:
        """(count,)."""
        return self.parts["train_labels"]

    @property
    def test_images(self) -> ByteArray:
        """(count, height, width, channels)."""
        return self.parts["test_images"]

    @property
    def test_labels(self) -> ByteArray:
        """(count,)."""
        return self.parts["test_labels"]


def load(
    name: str, root: Path, parts: Sequence[ArrayName] = ALL_PARTS, catalog: Catalog | None = None
) -> ImageArrays:
    """Open `parts` of a data set below `root`, each checked against manifest and catalog.

    Writes nothing. Raises DataError where an array is absent or corrupt.
    """
    started = time.perf_counter()
    dataset = (catalog or read_catalog(root)).images(name)
    folder = arrays_folder(root, name)
    manifest = _read_manifest(folder, dataset, parts)
    opened = {part: _open(folder, dataset, manifest.arrays[part], part) for part in parts}
    return ImageArrays(
        source=manifest.source,
        verification=manifest.verification,
        parts=opened,
        sha256={part: manifest.arrays[part].sha256 for part in parts},
        verify_seconds=time.perf_counter() - started,
    )


def as_inputs(images: ByteArray, dtype: Precision) -> NDArray[np.floating[Any]]:
    """Return `images` scaled from 0–255 to 0–1, same shape, in `dtype`."""
    inputs: NDArray[np.floating[Any]] = images.astype(dtype)
    inputs /= 255
    return inputs


def _read_manifest(folder: Path, dataset: FetchedDataset, parts: Sequence[ArrayName]) -> Manifest:
    with _explained(dataset, MANIFEST_NAME, f"no arrays in {folder}", folder):
        manifest = read_manifest(folder)
        for part in parts:
            array = manifest.arrays.get(part)
            whole = manifest.verification.passed
            if array is None or not dataset.describes(part, array, whole=whole):
                raise ValueError(f"it does not describe {part} as the catalog does")
        return manifest


def _open(folder: Path, dataset: FetchedDataset, spec: ArraySpec, part: ArrayName) -> ByteArray:
    path = folder / f"{part}.npy"
    with _explained(dataset, path.name, f"{path} is missing", path):
        array = _map(path, spec)
        found = hash_file(path, offset_bytes=array.offset)
        if found != spec.sha256:
            raise ValueError(f"sha256 is {found}, expected {spec.sha256}")
        return array


@contextmanager
def _explained(
    dataset: FetchedDataset, file_name: str, absence: str, to_be_readable: Path
) -> Iterator[None]:
    """Raise DataError for what goes wrong with a file."""
    remedy = f"run: plumbline data fetch {dataset.name}"
    try:
        yield
    except FileNotFoundError as error:
        raise AbsentError(f"{dataset.name}: {absence}", remedy) from error
    except OSError as error:
        raise DataError(f"{dataset.name}: {error}", f"make {to_be_readable} readable") from error
    except ValueError as error:
        raise DataError(f"{dataset.name}: {file_name} is corrupt: {error}", remedy) from error


def _map(path: Path, spec: ArraySpec) -> np.memmap[Any, np.dtype[np.uint8]]:
    try:
        array = np.load(path, mmap_mode="r", allow_pickle=False)
    except OSError:
        raise
    except Exception as error:  # a damaged header may raise nearly anything
        raise ValueError(f"its header cannot be read: {error}") from error
    if not isinstance(array, np.memmap) or not array.flags.c_contiguous:
        raise ValueError("expected one array in row-major order")
    if (array.dtype, array.shape) != (np.uint8, spec.shape):
        raise ValueError(f"found {array.dtype} {array.shape}, expected uint8 {spec.shape}")
    return array
