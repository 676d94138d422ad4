"""What a warning is."""

from dataclasses import dataclass
from typing import Literal

Severity = Literal["serious", "notice"]


@dataclass(frozen=True)
class ReaderWarning:
    """A warning with what to do about it."""

    severity: Severity
    title: str
    detail: str
    remedy: str
