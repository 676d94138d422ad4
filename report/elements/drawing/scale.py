"""From values to places on an axis, and which values deserve a tick."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_MARGIN = 0.05
"""Left free at both ends of an axis that no one has set the ends of, as a share of it."""
_FEW_DECADES = 1000.0
"""Below this span a logarithmic axis has ticks within its decades."""
_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)


@dataclass(frozen=True)
class Scale:
    """An axis with its ends; `low` may be the larger one, where values grow downwards."""

    low: float
    high: float
    is_log: bool = False

    def share(self, value: float) -> float:
        """Return where a value lies: 0 at `low`, 1 at `high`."""
        if self.is_log:
            return math.log(value / self.low) / math.log(self.high / self.low)
        return (value - self.low) / (self.high - self.low)


@dataclass
class Axis:
    """One direction of one panel, or of several that share it."""

    label: str = ""
    unit: str = ""
    """Written behind the number of every tick."""
    low: float | None = None
    """None: where the values end, with a margin; likewise `high`."""
    high: float | None = None
    is_log: bool = False
    is_integer: bool = False
    categories: Sequence[str] = ()
    """Titles of the values 0, 1, 2, …, which then are places; a line feed begins a second line."""
    values: Sequence[float] = ()
    """The only values with a tick; none: round ones."""
    most_ticks: int = 6
    has_grid: bool = True

    def scale(self, values: Iterable[float]) -> Scale:
        """Return the scale on which all of `values` are seen."""
        if self.categories:
            return Scale(-0.5, len(self.categories) - 0.5)
        found = [value for value in values if not self.is_log or value > 0] or [1.0]
        low, high = _with_margin(min(found), max(found), self.is_log)
        low = low if self.low is None else self.low
        high = high if self.high is None else self.high
        return Scale(low, high if high > low else low + (abs(low) or 1.0), self.is_log)

    def ticks(self, scale: Scale) -> list[tuple[float, str]]:
        """Return the values that deserve a tick, with their labels."""
        if self.categories:
            return list(enumerate(self.categories))
        values = self.values or _round_values(scale, self.most_ticks, self.is_integer)
        return [(value, f"{value:,.10g}{self.unit}") for value in values]


def _with_margin(low: float, high: float, is_log: bool) -> tuple[float, float]:
    if is_log:
        factor = (high / low) ** _MARGIN if high > low else 1.5
        return low / factor, high * factor
    margin = (high - low) * _MARGIN or abs(low) * _MARGIN or 1.0
    return low - margin, high + margin


def _round_values(scale: Scale, most: int, is_integer: bool) -> list[float]:
    if scale.is_log:
        within = _decades(scale, most)
        if len(within) > 1:
            return within
    span = scale.high - scale.low
    power = 10.0 ** math.floor(math.log10(span / most))
    step = next(found * power for found in _STEPS if span / (found * power) <= most)
    step = max(1.0, math.ceil(step)) if is_integer else step
    first = math.ceil(scale.low / step - 1e-9)
    last = math.floor(scale.high / step + 1e-9)
    return [float(f"{number * step:.12g}") for number in range(first, last + 1)]


def _decades(scale: Scale, most: int) -> list[float]:
    """Return 1, 2, 5 of every decade where these are few, else as many decades as fit."""
    within = (1.0, 2.0, 5.0) if scale.high < _FEW_DECADES * scale.low else (1.0,)
    decades = range(math.floor(math.log10(scale.low)), math.ceil(math.log10(scale.high)) + 1)
    values = [digit * 10.0**decade for decade in decades for digit in within]
    seen = [value for value in values if scale.low <= value <= scale.high]
    return seen[:: max(1, math.ceil(len(seen) / (most + 1)))]
