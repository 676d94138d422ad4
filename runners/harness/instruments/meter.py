"""What all instruments have in common."""

from __future__ import annotations

import os
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from typing import Any, ClassVar, Generic, TypeVar

from host.cgroup import NoGroupError
from host.idle_time import NoCpuTimesError

AnyMeter = TypeVar("AnyMeter", bound="Meter")
T = TypeVar("T")


class Reason(str):
    """Why there is no number; stands in its place."""

    __slots__ = ()


MeterValue = float | int | tuple[float, ...] | dict[str, float] | Reason


class NoMeterError(Exception):
    """The hardware, the kernel or the permission is missing; the message says which."""


class Meter(ExitStack, ABC):
    """An instrument: looks until it closes its files, and says what it found when it is asked."""

    names: ClassVar[tuple[str, ...]]
    """What it finds: fields of `contract.meters.Meters` or `contract.metrics.Metrics`."""

    def open(self, path: Path) -> Counter:
        """Open a file of the kernel until exit.

        Raises:
            NoMeterError: it is not there, or this user may not read it.
        """
        try:
            return self.enter_context(Counter(path))
        except OSError as error:
            raise NoMeterError(f"{path}: {error.strerror}") from error

    @abstractmethod
    def look(self) -> None:
        """Read once; cheap."""

    @abstractmethod
    def findings(self) -> Mapping[str, MeterValue]:
        """Return a number for each of `names`, or the reason for none."""


class Guarded(ExitStack, Generic[AnyMeter]):
    """An instrument that may fail at any moment; from then on it has a reason for each number."""

    def __init__(self, names: tuple[str, ...], make: Callable[[], AnyMeter]) -> None:
        """Make the instrument, if it can be made; `names` are those of its numbers."""
        super().__init__()
        self._names = names
        self._state = or_reason(make)
        if self.meter is not None:
            self.push(self.meter)

    @property
    def meter(self) -> AnyMeter | None:
        """The instrument; None from its failure on."""
        return None if isinstance(self._state, Reason) else self._state

    def look(self) -> None:
        """Let the instrument look."""
        self._ask(lambda meter: meter.look())

    def findings(self) -> Mapping[str, MeterValue]:
        """Return what it found, or why it found nothing."""
        found = self._ask(lambda meter: meter.findings())
        return dict.fromkeys(self._names, found) if isinstance(found, Reason) else found

    def _ask(self, question: Callable[[AnyMeter], T]) -> T | Reason:
        state = self._state
        if isinstance(state, Reason):
            return state
        answer = or_reason(lambda: question(state))
        if isinstance(answer, Reason):
            self._state = answer
        return answer


def or_reason(act: Callable[[], T]) -> T | Reason:
    """Return what an instrument answers; whatever it fails of, the job that it watches goes on."""
    try:
        return act()
    except (NoMeterError, NoGroupError, NoCpuTimesError) as error:
        return Reason(error)
    except Exception as error:
        return Reason(f"the instrument failed: {type(error).__name__}: {error}")


def split(values: Mapping[str, MeterValue]) -> dict[str, Any]:
    """Return the numbers by name, and under `unmeasured` the reasons by name."""
    reasons = {name: str(value) for name, value in values.items() if isinstance(value, Reason)}
    numbers = {name: value for name, value in values.items() if name not in reasons}
    return {**numbers, "unmeasured": reasons}


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
        """Close the file."""
        os.close(self._descriptor)

    def __exit__(self, *_exception: object) -> None:
        self.close()
