"""How the sources pack arrays into files, one module per format.

A decoder takes a member's bytes and the shape of the array that it belongs to, and returns the
member's share of it: uint8, (any count, *shape[1:]). It raises RefusedError on anything else.
"""

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from data.content import MemberFormat
from data.formats import cifar_batch, idx, json_labels, png_sheet

Decoder = Callable[[bytes, tuple[int, ...]], NDArray[np.uint8]]

DECODERS: Mapping[MemberFormat, Decoder] = {
    "idx": idx.decode,
    "cifar-images": cifar_batch.decode_images,
    "cifar-labels": cifar_batch.decode_labels,
    "png-sheet": png_sheet.decode,
    "json-labels": json_labels.decode,
}
