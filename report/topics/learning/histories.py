"""What training histories have in common: curves over epochs, and their median."""

from collections.abc import Mapping, Sequence
from statistics import median

Curve = Mapping[int, float]
"""A value by epoch, of the epochs that have one."""


def median_curve(curves: Sequence[Curve]) -> Curve:
    """Return the median at every epoch that any of the curves has, in order."""
    epochs = sorted({epoch for curve in curves for epoch in curve})
    return {e: median(curve[e] for curve in curves if e in curve) for e in epochs}


def as_percent(share: float | None) -> float | None:
    """Return a share between 0 and 1 in percent."""
    return None if share is None else 100 * share
