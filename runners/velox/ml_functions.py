"""Loads Velox, and the ML functions into it."""

import ctypes
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from runners.harness.contender.network import FloatArray
from runners.harness.errors import RunnerError
from runners.velox.engine import import_velox
from runners.velox.pinned import check_pin, read_pin

INSTALLED = Path(sys.prefix) / "lib" / "plumbline"
"""Where `make -C images/velox/ml_functions` puts the library and its pin."""
LIBRARY_NAME = "libplumbline_ml.so"
PIN_NAME = "pinned_libvelox.toml"
_MESSAGE_BYTES = 1024


@dataclass(frozen=True)
class LentMemory:
    """An array that `ml_store` may write."""

    memory: FloatArray
    number: NDArray[np.int64]
    """What plans know it by; without axes."""
    take_back: Callable[[], None]
    """Lets nothing be stored any more."""


class MlFunctions:
    """The library of ML functions, registered in the engine of this process."""

    def __init__(self, path: Path) -> None:
        self._library = ctypes.CDLL(str(path))
        self._call("plumbline_ml_register")

    def set_threads(self, threads: int) -> None:
        """Size the pool of compute threads."""
        self._call("plumbline_ml_set_threads", ctypes.c_int(threads))

    def count_threads(self) -> int:
        """Return the size of the pool, counted inside it."""
        counted = ctypes.c_int()
        self._call("plumbline_ml_count_threads", ctypes.byref(counted))
        return counted.value

    def lend(self, memory: FloatArray) -> LentMemory:
        """Let `ml_store` write a contiguous float32 array, which stays alive with the answer."""
        number = ctypes.c_int64()
        pointer = ctypes.c_void_p(memory.ctypes.data)
        elements = ctypes.c_int64(memory.size)
        self._call("plumbline_ml_lend", pointer, elements, ctypes.byref(number))
        take_back = partial(self._call, "plumbline_ml_take_back", number)
        return LentMemory(memory, np.array(number.value), take_back)

    def _call(self, function: str, *arguments: object) -> None:
        message = ctypes.create_string_buffer(_MESSAGE_BYTES)
        size = ctypes.c_size_t(_MESSAGE_BYTES)
        if getattr(self._library, function)(*arguments, message, size) != 0:
            raise RunnerError(
                f"{function}: {message.value.decode(errors='replace')}",
                "rebuild the ML functions: make -C images/velox/ml_functions",
            )


def check_installed(folder: Path = INSTALLED) -> None:
    """See to it that the functions may be loaded: it hashes all of libvelox.so.

    Raises:
        RunnerError: the functions are not built, or Velox is not the pinned one.
    """
    if not (folder / LIBRARY_NAME).is_file():
        raise RunnerError(
            f"{folder / LIBRARY_NAME} is not there",
            "build it: make -C images/velox/ml_functions PYTHON=<the environment's python>",
        )
    check_pin(read_pin(folder / PIN_NAME))


def load(folder: Path = INSTALLED) -> MlFunctions:
    """Import Velox and register the functions, which have to be checked before."""
    import_velox()
    return MlFunctions(folder / LIBRARY_NAME)
