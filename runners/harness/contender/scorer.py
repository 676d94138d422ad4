"""How a contender scores a table of images."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from pathlib import Path

from contract.layers import Shape
from runners.harness.contender.network import FloatArray, IntArray


@dataclass(frozen=True)
class ImageTable:
    """Images as Parquet files: columns id, label and ink (int64), image (list of int16).

    Ids count the rows from 0; ink is the sum of an image's pixels, which are 0 to 255 and in the
    order (height, width, channels).
    """

    files: tuple[Path, ...]
    rows: int
    image_shape: Shape
    least_ink: int
    """Rows with less are not to be predicted."""
    drivers: int
    """Threads that may scan."""


@dataclass(frozen=True)
class Scores:
    """What `SELECT id, label, predict(image) FROM table WHERE ink >= least_ink` gives."""

    ids: IntArray
    """(selected rows,), in any order."""
    labels: IntArray
    """(selected rows,)."""
    logits: FloatArray
    """(selected rows, classes), float32."""


class Scorer(ABC):
    """A table and a network, ready to be scanned."""

    way: str
    """Who scans, who filters and who predicts; for the report."""

    @abstractmethod
    def scan(self) -> Scores:
        """Scan the whole table once."""

    def close(self) -> None:
        """Free what is held outside Python's memory."""
        return
