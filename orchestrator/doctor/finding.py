"""What a check finds."""

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


Check = Callable[[Path], Iterator[Finding]]
"""Takes the folder that /proc and /sys lie in; tests have trees of their own."""
