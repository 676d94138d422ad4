"""CSV files with a row for each sample; the key names the columns, as in `label` or `pixel*`."""

import numpy as np
from numpy.typing import NDArray

from data.columns import read_csv, stacked_bytes


def decode(content: bytes, shape: tuple[int, ...], key: str = "", *_: object) -> NDArray[np.uint8]:
    """Return the values of the columns that `key` names."""
    return stacked_bytes(read_csv(content), key, shape)
