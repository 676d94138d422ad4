"""A data set small enough to make on the spot, in every form that a source may send it in."""

import gzip
import io
import json
import pickle
import struct
import tarfile

import numpy as np
from PIL import Image

from data.catalog import Catalog
from data.content import hash_bytes

IDX_FILES = {
    "train_images": "train-images-idx3-ubyte",
    "train_labels": "train-labels-idx1-ubyte",
    "test_images": "t10k-images-idx3-ubyte",
    "test_labels": "t10k-labels-idx1-ubyte",
}
GZ_FILES = [f"{name}.gz" for name in IDX_FILES.values()]

LAYOUTS = {
    "idx": {part: {"format": "idx", "members": [name]} for part, name in IDX_FILES.items()},
    "batches": {
        "train_images": {"format": "cifar-batch", "members": ["data_batch_1", "data_batch_2"]},
        "train_labels": {"format": "cifar-batch", "members": ["data_batch_1", "data_batch_2"]},
        "test_images": {"format": "cifar-batch", "members": ["test_batch"]},
        "test_labels": {"format": "cifar-batch", "members": ["test_batch"]},
    },
    "sheets": {
        "train_images": {"format": "png-sheet", "members": ["sheet_1.png", "sheet_2.png"]},
        "train_labels": {"format": "json-labels", "members": ["train.json"]},
        "test_images": {"format": "png-sheet", "members": ["test.png"]},
        "test_labels": {"format": "json-labels", "members": ["test.json"]},
    },
}


def toy_arrays(size=28, channels=1, train=40, test=10):
    """Arrays by part, the same on every call."""
    generator = np.random.default_rng(seed=7)

    def draw(highest, *shape):
        return generator.integers(0, highest, shape, np.uint8, endpoint=True)

    return {
        "train_images": draw(255, train, size, size, channels),
        "train_labels": draw(9, train),
        "test_images": draw(255, test, size, size, channels),
        "test_labels": draw(9, test),
    }


def toy_catalog(*sources, arrays, content=None, limit_bytes=1_000_000):
    """A catalog with the one data set `toy`, which expects exactly these arrays."""
    specs = {
        part: {"shape": array.shape, "sha256": hash_bytes(array.tobytes())}
        for part, array in arrays.items()
    }
    toy = {
        "kind": "images",
        "name": "toy",
        "title": "Toy images",
        "licence": "CC0",
        "citation": "made by the tests",
        "homepage": "none",
        "limit_bytes": limit_bytes,
        "class_count": 10,
        "image_shape": arrays["train_images"].shape[1:],
        "arrays": specs,
        "content": content or {},
        "layouts": LAYOUTS,
        "sources": sources,
    }
    return Catalog.model_validate({"datasets": {"toy": toy}})


def https_source(base_url, name="first", layout="idx", files=GZ_FILES, folder=""):
    return {
        "name": name,
        "kind": "https",
        "layout": layout,
        "base_url": base_url,
        "files": files,
        "folder": folder,
        "download_bytes": 1,
    }


def idx_bytes(array):
    """An array as an idx file; the axis of one channel is left out, as in MNIST."""
    axes = array.shape[:-1] if array.ndim == 4 and array.shape[-1] == 1 else array.shape
    return struct.pack(f">BBBB{len(axes)}I", 0, 0, 8, len(axes), *axes) + array.tobytes()


def gz_files(arrays):
    """Arrays as gzip files by file name, as MNIST's mirrors keep them."""
    return {
        f"{name}.gz": gzip.compress(idx_bytes(arrays[part]), compresslevel=1)
        for part, name in IDX_FILES.items()
    }


def idx_content(arrays):
    """The catalog's hashes of the idx files."""
    return {
        name: {"hexadecimal": hash_bytes(idx_bytes(arrays[part]))}
        for part, name in IDX_FILES.items()
    }


def tar_gz(members, compresslevel=6):
    """An archive of regular files by their paths."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz", compresslevel=compresslevel) as archive:
        for name, content in members.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return buffer.getvalue()


def cifar_batch(images, labels):
    """A batch pickled as Python 2 did it: protocol 2, byte strings, NumPy's names of that time."""
    planes = np.ascontiguousarray(images.transpose(0, 3, 1, 2)).tobytes()
    count, row = len(images), images[0].size
    array = (
        b"cnumpy.core.multiarray\n_reconstruct\n(cnumpy\nndarray\n(K\x00tU\x01btR"
        + b"(K\x01(" + _integer(count) + _integer(row) + b"t"
        + b"cnumpy\ndtype\n(U\x02u1K\x00K\x01tR"
        + b"(K\x03U\x01|NNN" + _integer(-1) + _integer(-1) + b"K\x00tb"
        + b"\x89T" + struct.pack("<i", len(planes)) + planes + b"tb"
    )  # fmt: skip
    items = b"".join(_integer(int(label)) for label in labels)
    return b"\x80\x02}(U\x06labels](" + items + b"eU\x04data" + array + b"u."


def _integer(value):
    return b"J" + struct.pack("<i", value)


def cifar_archive(arrays, folder="batches/", compresslevel=6):
    """The arrays as an archive of three batches."""
    half = len(arrays["train_images"]) // 2
    first, second = slice(None, half), slice(half, None)
    images, labels = arrays["train_images"], arrays["train_labels"]
    batches = {
        f"{folder}data_batch_1": cifar_batch(images[first], labels[first]),
        f"{folder}data_batch_2": cifar_batch(images[second], labels[second]),
        f"{folder}test_batch": cifar_batch(arrays["test_images"], arrays["test_labels"]),
    }
    return tar_gz(batches, compresslevel)


def png_sheet(images):
    """Images as the rows of a PNG."""
    buffer = io.BytesIO()
    Image.fromarray(images.reshape(len(images), -1, 3)).save(buffer, "PNG")
    return buffer.getvalue()


def sheet_archive(arrays, folder="package/"):
    """The arrays as PNG sheets and JSON labels."""
    half = len(arrays["train_images"]) // 2
    return tar_gz(
        {
            f"{folder}sheet_1.png": png_sheet(arrays["train_images"][:half]),
            f"{folder}sheet_2.png": png_sheet(arrays["train_images"][half:]),
            f"{folder}train.json": json.dumps(arrays["train_labels"].tolist()).encode(),
            f"{folder}test.png": png_sheet(arrays["test_images"]),
            f"{folder}test.json": json.dumps(arrays["test_labels"].tolist()).encode(),
        }
    )


class Explosive:
    """Runs a command of the attacker's choice in whoever unpickles it trustingly."""

    def __init__(self, command):
        self.command = command

    def __reduce__(self):
        import os

        return os.system, (self.command,)


def hostile_pickle(command):
    return pickle.dumps({"data": Explosive(command)}, protocol=2)


PHOTO_CLASSES = ("n01", "n02", "n03")


def photo(seed, size=(30, 20), mode="RGB"):
    """A photograph as a JPEG: the same for the same seed."""
    pixels = np.random.default_rng(seed).integers(0, 256, (*size[::-1], 3), np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(pixels).convert(mode).save(buffer, "JPEG")
    return buffer.getvalue()


def photo_files(train=2, test=1, prefix=""):
    """Photographs of every class, by their place."""
    return {
        f"{prefix}{folder}/{name}/{name}_{number}.JPEG": photo([label, number, len(folder)])
        for folder, count in (("train", train), ("val", test))
        for label, name in enumerate(PHOTO_CLASSES)
        for number in range(count)
    }


def photo_catalog(base_url="https://localhost/", content=None, **changes):
    """A catalog with the one data set `photos`, whose source is an archive."""
    photos = {
        "kind": "photos",
        "name": "photos",
        "title": "Toy photographs",
        "licence": "CC0",
        "citation": "made by the tests",
        "homepage": "none",
        "limit_bytes": 100_000,
        "pixels": 8,
        "most_images": 12,
        "classes": PHOTO_CLASSES,
        "content": content or {},
        "layouts": {"class-folders": {"train": "train", "test": "val"}},
        "sources": [https_source(base_url, "home", "class-folders", ["photos.tgz"])],
    }
    return Catalog.model_validate({"datasets": {"photos": photos | changes}})
