"""What all instruments have in common."""

from __future__ import annotations

import os
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from typing import TypeVar

Own = TypeVar("Own", bound="Meter")


class Reason(str):
    """Why there is no number; stands in its place."""

    __slots__ = ()


Finding = float | int | dict[str, float] | Reason


class NoMeterError(Exception):
    """The hardware, the kernel or the permission is missing; the message says which."""


class Meter(AbstractContextManager["Meter"], ABC):
    """An instrument: looks while it is open, and says what it found when it is asked."""

    def __init__(self) -> None:
        self._opened = ExitStack()

    def __enter__(self: Own) -> Own:
        return self

    def __exit__(self, *_exception: object) -> None:
        """Close every file that was opened."""
        self._opened.close()

    def open(self, path: Path) -> Counter:
        """Open a file of the kernel until exit.

        Raises:
            NoMeterError: it is not there, or this user may not read it.
        """
        try:
            return self._opened.enter_context(Counter(path))
        except OSError as error:
            raise NoMeterError(f"{path}: {error.strerror}") from error

    @abstractmethod
    def look(self) -> None:
        """Read once; cheap."""

    @abstractmethod
    def findings(self) -> Mapping[str, Finding]:
        """Return fields of `contract.meters.Meters`: numbers, or reasons for none."""


class NoMeter(Meter):
    """Stands for an instrument that cannot be had."""

    def __init__(self, names: tuple[str, ...], reason: str) -> None:
        super().__init__()
        self._findings = dict.fromkeys(names, Reason(reason))

    def look(self) -> None:
        """There is nothing to look at."""

    def findings(self) -> Mapping[str, Finding]:
        """Return the reason for each number."""
        return self._findings


class Counter(AbstractContextManager["Counter"]):
    """A file of the kernel that is read again and again without being opened again."""

    __slots__ = ("_descriptor",)

    _MOST_BYTES = 1 << 16

    def __init__(self, path: Path | str) -> None:
        """Open it, and read it once: some files open for everybody and give nothing away.

        Raises:
            OSError: it cannot be read.
        """
        self._descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        try:
            self.read()
        except OSError:
            self.close()
            raise

    def read(self) -> bytes:
        """Return what the kernel says now; OSError where it says nothing any more."""
        return os.pread(self._descriptor, self._MOST_BYTES, 0)

    def number(self) -> int:
        """Return the number that the file holds."""
        return int(self.read())

    def close(self) -> None:
        """Let go of the file."""
        os.close(self._descriptor)

    def __exit__(self, *_exception: object) -> None:
        self.close()


def meter_or_reason(names: tuple[str, ...], make: Callable[[], Meter]) -> Meter:
    """Return an instrument, or what stands for it where it cannot be had."""
    try:
        return make()
    except NoMeterError as error:
        return NoMeter(names, str(error))
