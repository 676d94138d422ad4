"""What to install where no font of this machine has some characters of a report."""

import unicodedata
from collections.abc import Iterable

from report.vocabulary.numbers import listed

_CJK = ("CJK", "HIRAGANA", "KATAKANA", "HANGUL", "BOPOMOFO", "IDEOGRAPHIC", "FULLWIDTH")
"""First words of the names of Chinese, Japanese and Korean characters."""
_FIRST_EMOJI = "\N{MAHJONG TILE EAST WIND}"
_SHOWN = 8
"""Characters that are named of each font."""


def missing_fonts(characters: Iterable[str]) -> str:
    """Say which characters are shown as boxes, and what has them; empty where all have a font."""
    by_font: dict[str, list[str]] = {}
    for character in sorted(characters):
        by_font.setdefault(_font(character), []).append(character)
    if not by_font:
        return ""
    boxes = [f"for {_named(found)} (install {font})" for font, found in by_font.items()]
    return (
        f"Fonts are missing: PDF and figures show boxes {', '.join(boxes)}. Then write the report "
        "again."
    )


def _named(characters: list[str]) -> str:
    """Return the first characters, and how many more there are; those without a shape by code."""
    shown = [one if one.isprintable() else f"U+{ord(one):04X}" for one in characters[:_SHOWN]]
    more = len(characters) - len(shown)
    return listed([*shown, *([f"{more} more"] if more else [])])


def _font(character: str) -> str:
    """Return a font that has a character, and the package of Debian and Ubuntu that it is in."""
    script = unicodedata.name(character, "").partition(" ")[0]
    if script in _CJK:
        return "Noto Sans CJK, package fonts-noto-cjk"
    if character >= _FIRST_EMOJI and unicodedata.category(character) == "So":
        return "Symbola, package fonts-symbola"
    if script and unicodedata.category(character)[0] in "LMN":
        return f"Noto Sans {script.title()}, package fonts-noto-core"
    return "a font that has them"
