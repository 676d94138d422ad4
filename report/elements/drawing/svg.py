"""SVG as text: elements with escaped content and short numbers."""

from __future__ import annotations

from collections.abc import Iterable
from xml.sax.saxutils import escape, quoteattr

Point = tuple[float, float]
"""Right of the left edge and below the upper edge, in points."""


def element(tag: str, content: str = "", /, **attributes: str | float) -> str:
    """Return an element; `content` is markup already, attributes are not.

    An underscore in an attribute's name stands for a hyphen; a number is cut to what is seen.
    """
    written = "".join(
        f" {name.replace('_', '-')}={quoteattr(_short(value))}"
        for name, value in attributes.items()
    )
    return f"<{tag}{written}>{content}</{tag}>" if content else f"<{tag}{written}/>"


def text(words: str, at: Point, **attributes: str | float) -> str:
    """Return a text whose baseline begins (or ends, or is centred: `text_anchor`) at a point."""
    return element("text", escape(words), x=at[0], y=at[1], **attributes)


def path(points: Iterable[Point]) -> str:
    """Return the data of a path through points."""
    return "M" + "L".join(f"{_short(x)} {_short(y)}" for x, y in points)


def dots(points: Iterable[Point]) -> str:
    """Return the data of a path that is a dot at every point, if its ends are round.

    Dots that fall on one place are one dot.
    """
    places = dict.fromkeys(f"{x:.1f} {y:.1f}" for x, y in points)
    return "".join(f"M{place}h0" for place in places)


def _short(value: str | float) -> str:
    return value if isinstance(value, str) else f"{value:.4g}"
