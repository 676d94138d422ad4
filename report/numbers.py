"""Numbers as text: as many digits as they deserve."""

from __future__ import annotations

import math
from collections.abc import Sequence

_DIGITS = 4
_DIVERGED = 1e300
"""How the contract stores an error that is not a finite number (contract.result.Check)."""


def decimals_for(value: float, digits: int = _DIGITS) -> int:
    """Return how many decimals show `value` with that many significant digits."""
    if value == 0 or not math.isfinite(value):
        return 0
    return max(0, digits - 1 - math.floor(math.log10(abs(value))))


def rounded(value: float, digits: int = _DIGITS) -> str:
    """Return a number with significant digits: 687.2, 0.08212; 9,876 with a comma per thousand."""
    if value and not 1e-4 <= abs(value) < 1e9:
        return scientific(value)
    return f"{value:,.{decimals_for(value, digits)}f}"


def with_unit(value: float, unit: str, digits: int = _DIGITS) -> str:
    """Return a number with its unit, kept on one line by a no-break space."""
    return f"{rounded(value, digits)}\N{NO-BREAK SPACE}{unit}".rstrip()


def alike(values: Sequence[float], like: float) -> list[str]:
    """Return numbers with as many decimals as `like` shows, so that they can be compared."""
    decimals = decimals_for(like)
    return [f"{value:,.{decimals}f}" if abs(value) < 1e9 else scientific(value) for value in values]


def as_printed(value: float) -> str:
    """Return a published number with the digits that it was given in."""
    return f"{value:,.0f}" if value == int(value) and abs(value) >= 1000 else repr(value)


def scientific(value: float) -> str:
    """Return a number as 3.2e-08 is written by hand: 3.2e-8."""
    if abs(value) >= _DIVERGED:
        return "diverged"
    mantissa, exponent = f"{value:.1e}".split("e")
    return f"{mantissa}e{int(exponent)}" if value else "0"


def percent(share: float, digits: int = 0) -> str:
    """Return a share as a percentage."""
    return f"{100 * share:.{digits}f}\N{NO-BREAK SPACE}%"


def counted(n: int, noun: str) -> str:
    """Return "1 run", "2 runs"."""
    return f"{n:,} {noun}" if n == 1 else f"{n:,} {noun}s"


def listed(words: Sequence[str]) -> str:
    """Return "a", "a and b", "a, b and c"."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} and {words[-1]}"
