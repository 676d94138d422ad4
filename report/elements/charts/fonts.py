"""The fonts that a figure is drawn with: the report's own, and others for what those lack."""

from collections.abc import Iterator
from contextlib import suppress
from logging import ERROR, getLogger

from matplotlib.font_manager import (
    FontEntry,
    FontProperties,
    findfont,
    findSystemFonts,
    fontManager,
    get_font,
    get_font_names,
)

from report.elements.figure import Figure
from report.elements.text_metrics import FONTS

_REGULAR = (400, "normal")
_NO_LETTERS = "Last Resort"
"""Begins the name of a font that has a box for every character there is."""

getLogger("matplotlib.font_manager").setLevel(ERROR)  # a font without bold letters serves too


def fonts_for(figure: Figure) -> tuple[list[str], str]:
    """Return the families to draw with, and the characters of the figure that no font here has."""
    *named, general = FONTS
    known = set(get_font_names())
    families = [*(name for name in named if name in known), general]
    # Every text of the figure stands in what its chart is written as.
    missing = {character for character in repr(figure.chart) if character.isprintable()}
    for family in families:
        missing -= _covered(family, missing)
    for font in _other_fonts() if missing else ():
        if covered := _covered(font.name, missing):
            families.append(font.name)
            missing -= covered
    return families, "".join(sorted(missing))


def _other_fonts() -> Iterator[FontEntry]:
    """Yield a font of each family on this machine, always in the same order."""
    known = {font.fname for font in fontManager.ttflist}
    for path in findSystemFonts():
        if path not in known:  # matplotlib remembers what was there when it was first used
            with suppress(OSError, RuntimeError, NotImplementedError):  # none that it can draw with
                fontManager.addfont(path)
    regular = [font for font in fontManager.ttflist if (font.weight, font.style) == _REGULAR]
    for name, font in {font.name: font for font in sorted(regular, key=_place)}.items():
        if not name.startswith(_NO_LETTERS):
            yield font


def _place(font: FontEntry) -> tuple[str, str]:
    return font.fname, font.name


def _covered(family: str, characters: set[str]) -> set[str]:
    """Return which characters the font has that a figure is drawn with in a family."""
    has = get_font(findfont(FontProperties(family=[family]))).get_char_index
    return {character for character in characters if has(ord(character))}
