"""The batches of the Python archives of CIFAR-10 and -100: pickles, read without trusting them.

A batch is a dictionary with `data` (count, 3072) as planes of red, green and blue, and `labels`.
Python's own unpickler would import and call whatever the file names. This one knows the three names
that a batch needs, and puts harmless stand-ins of its own behind them.
"""

import io
import pickle
from collections.abc import Callable
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from data.errors import RefusedError


class _Dtype:
    """Stands for numpy.dtype(code, align, copy)."""

    def __init__(self, code: object, *_: object) -> None:
        self.is_bytes = code in (b"u1", "u1")

    def __setstate__(self, state: object) -> None:
        """Take no state: byte order and alignment mean nothing for single bytes."""


class _Array:
    """Stands for numpy.ndarray: takes the values, checks what they say about themselves."""

    values: NDArray[np.uint8]

    def __setstate__(self, state: tuple[int, tuple[int, ...], _Dtype, bool, bytes]) -> None:
        _, shape, dtype, is_column_major, content = state
        if not dtype.is_bytes:
            raise RefusedError("the pickled array does not hold unsigned bytes")
        order: Literal["F", "C"] = "F" if is_column_major else "C"
        self.values = np.frombuffer(content, np.uint8).reshape(shape, order=order)


_ADMITTED: dict[tuple[str, str], Callable[..., Any]] = {
    ("numpy.core.multiarray", "_reconstruct"): lambda *_: _Array(),
    ("numpy", "ndarray"): _Array,
    ("numpy", "dtype"): _Dtype,
}


class _BatchUnpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        """Return the stand-in; raise RefusedError for every name that a batch does not need."""
        if (module, name) not in _ADMITTED:
            raise RefusedError(f"the pickle asks for {module}.{name}, which no CIFAR batch needs")
        return _ADMITTED[module, name]


def decode(content: bytes, shape: tuple[int, ...], key: str = "", *_: object) -> NDArray[np.uint8]:
    """Return a batch's images, or its labels where `shape` has one axis; `key` as in a batch."""
    is_labels = len(shape) == 1
    return (
        decode_labels(content, shape, key or "labels")
        if is_labels
        else decode_images(content, shape)
    )


def decode_images(content: bytes, shape: tuple[int, ...]) -> NDArray[np.uint8]:
    """Return a batch's images (count, height, width, channels)."""
    height, width, channels = shape[1:]
    try:
        planes = _read(content)[b"data"].values.reshape(-1, channels, height, width)
    except (KeyError, AttributeError, ValueError) as error:
        raise RefusedError(f"the batch holds no images of shape {shape[1:]}: {error}") from error
    return np.ascontiguousarray(planes.transpose(0, 2, 3, 1))


def decode_labels(content: bytes, shape: tuple[int, ...], key: str = "labels") -> NDArray[np.uint8]:
    """Return a batch's labels (count,): CIFAR-100 has `fine_labels` and `coarse_labels`."""
    try:
        return np.array(_read(content)[key.encode()], np.uint8).reshape(-1, *shape[1:])
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise RefusedError(f"the batch holds no labels from 0 to 255: {error}") from error


def _read(content: bytes) -> dict[bytes, Any]:
    # Written by Python 2, whose strings are bytes.
    unpickler = _BatchUnpickler(io.BytesIO(content), encoding="bytes")
    try:
        batch = unpickler.load()
    except RefusedError:
        raise
    except Exception as error:  # a damaged pickle may raise nearly anything
        raise RefusedError(f"not a readable pickle: {error}") from error
    if not isinstance(batch, dict):
        raise RefusedError(f"the pickle holds a {type(batch).__name__}, not a batch")
    return batch
