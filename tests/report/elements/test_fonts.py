"""A figure is drawn with fonts that have its characters; what no font has is named."""

import warnings

import pytest

from report.elements.charts import fonts
from report.elements.charts.chart import Axis, BarPanel, Chart
from report.elements.charts.files import missing_characters, render
from report.elements.charts.fonts import fonts_for
from report.elements.figure import Figure

ONLY_IN_STIX = "\N{LATIN SMALL LETTER D WITH PALATAL HOOK}"
"""Of the fonts that matplotlib brings along."""
IN_HARDLY_ANY_FONT = "\N{CUNEIFORM SIGN A}"


def figure(*labels: str) -> Figure:
    panel = BarPanel(Axis(low=0, high=10), labels, (), "a title")
    return Figure("f", "A caption", "", Chart(((panel,),), 60))


def test_what_the_reports_fonts_have_needs_no_other() -> None:
    families, missing = fonts_for(figure("PyTorch", "Łukasz ≤ 5 %"))

    assert families[-1] == "sans-serif"
    assert missing == ""


def test_a_font_is_found_for_what_those_lack() -> None:
    families, missing = fonts_for(figure("PyTorch", ONLY_IN_STIX))

    assert missing == ""
    assert families[-2] == "sans-serif"
    assert not families[-1].startswith("Last Resort")


def test_what_no_font_has_is_named_and_drawn_without_a_warning_for_each() -> None:
    found = figure(f"{IN_HARDLY_ANY_FONT} {IN_HARDLY_ANY_FONT}", "b")

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        files = render(found, ("svg", "png"))

    assert missing_characters(found) == IN_HARDLY_ANY_FONT
    assert IN_HARDLY_ANY_FONT in files["svg"].decode()


def test_a_font_that_is_installed_later_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """Matplotlib itself remembers which fonts there were when it was first used."""

    before = list(fonts.fontManager.ttflist)
    stix = [font for font in before if font.name.startswith("STIX")]
    rest = [font for font in before if font not in stix]
    monkeypatch.setattr(fonts.fontManager, "ttflist", rest)
    monkeypatch.setattr(fonts, "findSystemFonts", list)
    assert missing_characters(figure(ONLY_IN_STIX)) == ONLY_IN_STIX

    monkeypatch.setattr(fonts, "findSystemFonts", lambda: [font.fname for font in stix])
    assert missing_characters(figure(ONLY_IN_STIX)) == ""
