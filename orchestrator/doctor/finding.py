"""What a check finds, and where it looks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Level = Literal["ok", "warning", "problem"]
EngineName = Literal["docker", "local"]
ENGINES: tuple[EngineName, ...] = ("docker", "local")


@dataclass(frozen=True)
class Finding:
    """One line of the examination."""

    topic: str
    level: Level
    told: str
    """What was found."""
    meaning: str = ""
    """What that does to a run; empty where it is as it should be."""
    remedy: str = ""
    """What to do about it; empty where nothing is to be done."""
    blocks: tuple[EngineName, ...] = ()
    """The engines that cannot run anything for that reason."""


@dataclass(frozen=True)
class Machine:
    """Where the kernel's files lie; tests give it a tree of their own."""

    root: Path = Path("/")

    def text(self, name: str) -> str | None:
        """Return a small file without its line's end; None where it cannot be read."""
        try:
            return (self.root / name).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError):
            return None


Check = Callable[[Machine], Iterator[Finding]]
