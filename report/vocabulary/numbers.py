"""Numbers as text: as many digits as they deserve."""

import math
from collections.abc import Sequence
from decimal import Decimal

from contract.evidence import DIVERGED

_DIGITS = 3
_SMALLEST, _LARGEST = 1e-4, 1e9
"""Outside this range numbers are written with an exponent."""


def decimals_for(value: float, digits: int = _DIGITS) -> int:
    """Return how many decimals show `value` with that many significant digits."""
    if value == 0 or not math.isfinite(value):
        return 0
    return max(0, digits - 1 - math.floor(math.log10(abs(value))))


def rounded(value: float, unit: str = "") -> str:
    """Return a number with its significant digits: 687, 0.0821, 9,876; a percentage as 98.76."""
    return alike([value], value, unit)[0]


def with_unit(value: float, unit: str) -> str:
    """Return a number with its unit, kept on one line by a no-break space."""
    return f"{rounded(value, unit)}\N{NO-BREAK SPACE}{unit}".rstrip()


def alike(values: Sequence[float], like: float, unit: str = "") -> list[str]:
    """Return numbers with as many decimals as `like` deserves, so that they can be compared."""
    if like and not _SMALLEST <= abs(like) < _LARGEST:
        return [scientific(value) for value in values]
    decimals = 2 if unit == "%" else decimals_for(like)
    return [
        f"{value:,.{decimals}f}" if abs(value) < _LARGEST else scientific(value) for value in values
    ]


def as_printed(value: float) -> str:
    """Return a published number with the digits that it was given in."""
    if value == int(value) and abs(value) >= 1000:
        return f"{value:,.0f}"
    return f"{Decimal(repr(value)):f}"  # without an exponent


def scientific(value: float) -> str:
    """Return a number as an error is written by hand: 3.2e-8, 0.25, 3."""
    if abs(value) >= DIVERGED:
        return "diverged"
    if 0.01 <= abs(value) < 100:
        return f"{value:.2g}"
    mantissa, exponent = f"{value:.1e}".split("e")
    return f"{mantissa.removesuffix('.0')}e{int(exponent)}" if value else "0"


def percent(share: float, digits: int = 0) -> str:
    """Return a share as a percentage."""
    return f"{100 * share:.{digits}f}\N{NO-BREAK SPACE}%"


def listed(words: Sequence[str], conjunction: str = "and") -> str:
    """Return "a", "a and b", "a, b and c"."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {conjunction} {words[-1]}"
