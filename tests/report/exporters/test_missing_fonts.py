"""Characters that no font has are told once, with what to install for them."""

from pathlib import Path

import pytest

from report.build import build_report
from report.exporters.missing_fonts import missing_fonts
from report.exporters.print_job import PrintJob
from report.exporters.workers import MISSING
from tests.report.conftest import MakeRun
from tests.report.run_folder import STUDY_FILE

IN_HARDLY_ANY_FONT = "\N{CUNEIFORM SIGN A}"


@pytest.mark.parametrize(
    ("characters", "told"),
    [
        ("日本", "日 and 本 (install Noto Sans CJK, package fonts-noto-cjk)"),
        ("ひ한", "ひ and 한 (install Noto Sans CJK, package fonts-noto-cjk)"),
        ("न", "न (install Noto Sans Devanagari, package fonts-noto-core)"),
        ("\N{TEST TUBE}", "\N{TEST TUBE} (install Symbola, package fonts-symbola)"),
        ("\ue000", "U+E000 (install a font that has them)"),
        ("אبن", "א (install Noto Sans Hebrew, package fonts-noto-core), "),
    ],
)
def test_the_font_and_its_package_are_named(characters: str, told: str) -> None:
    assert told in missing_fonts(characters)


def test_of_many_characters_some_are_named() -> None:
    many = "".join(map(chr, range(0x4E00, 0x4E00 + 100)))

    assert " and 92 more (install Noto Sans CJK" in missing_fonts(many)


def test_where_every_character_has_a_font_nothing_is_said() -> None:
    assert missing_fonts("") == ""


def test_what_the_pages_show_as_a_box_is_known() -> None:
    pages = PrintJob(f"<p>a {IN_HARDLY_ANY_FONT} b {IN_HARDLY_ANY_FONT}</p>", ()).do()

    assert pages[MISSING].decode() == IN_HARDLY_ANY_FONT
    assert MISSING not in PrintJob("<p>a b</p>", ()).do()


def test_a_report_tells_it_once_for_all_its_pages_and_figures(
    make_run: MakeRun, tmp_path: Path
) -> None:
    study = tmp_path / STUDY_FILE.name
    title = 'title = "Performance'
    text = STUDY_FILE.read_text(encoding="utf-8")
    study.write_text(text.replace(title, f"{title} {IN_HARDLY_ANY_FONT}"), encoding="utf-8")
    path = make_run(contenders=("pytorch",), repeats=1, study_file=study)
    told: list[str] = []

    build_report(path, ["pdf"], tell=told.append)

    (line,) = (line for line in told if "Fonts are missing" in line)
    assert f"boxes for {IN_HARDLY_ANY_FONT} (install" in line
