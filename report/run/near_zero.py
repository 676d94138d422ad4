"""Numbers that lie too near to zero to be set in a ratio."""

from collections.abc import Sequence
from statistics import fmean, stdev

from contract.published import PublishedRow

_LEAST_PERCENT = 0.5
"""Papers print use and accuracy in whole per cent or a little finer: half of one is rounding."""
_LEAST_LOSS = 0.005
"""Of what knowing nothing gives, which is about 1: half a per cent likewise."""
_LOSSES = frozenset(("train_loss", "test_loss"))
_SPREADS = 2.0
"""Standard deviations: 95 % of what scatters normally lies within as many of its mean."""


def is_near_zero(row: PublishedRow, values: Sequence[float]) -> bool:
    """Tell whether the values of a row, in its unit, are so small that a ratio says nothing.

    Their spread then reaches zero; of percentages and of losses, half a per cent.
    """
    spread = stdev(values) if len(values) > 1 else 0.0
    return min(*values, fmean(values) - _SPREADS * spread) <= _least(row)


def _least(row: PublishedRow) -> float:
    if row.metric in _LOSSES:
        return _LEAST_LOSS
    return _LEAST_PERCENT if row.unit == "%" else 0.0
