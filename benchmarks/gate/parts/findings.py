"""What a part of the benchmark found."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Findings:
    """What a part found, to be saved, and whether all is as it should be."""

    records: list[dict[str, Any]]
    is_well: bool
