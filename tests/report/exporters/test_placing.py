"""Exporters replace what lies in a file's place, whole or not at all, and follow no link."""

from pathlib import Path

import pytest

from report.build import build_report
from report.exporters.placing import replacing
from tests.report.conftest import MakeRun

FORMATS = ("html", "csv", "parquet", "json", "md")


@pytest.mark.parametrize("name", FORMATS)
def test_a_link_in_the_place_of_a_file_is_replaced_and_not_followed(
    make_run: MakeRun, tmp_path: Path, name: str
) -> None:
    path, mine = make_run(), tmp_path / "mine"
    mine.write_text("mine", encoding="utf-8")
    (written,) = build_report(path, [name])
    written.unlink()
    written.symlink_to(mine)

    build_report(path, [name])

    assert mine.read_text(encoding="utf-8") == "mine"
    assert not written.is_symlink()


def test_a_link_in_the_place_of_the_figures_is_refused(make_run: MakeRun, tmp_path: Path) -> None:
    path, mine = make_run(), tmp_path / "mine"
    mine.mkdir()
    (mine / "figure-1.pdf").write_text("mine", encoding="utf-8")
    (path / "figures").symlink_to(mine)

    with pytest.raises(NotADirectoryError, match="a link, not the run's folder"):
        build_report(path, ["figures"])

    assert (mine / "figure-1.pdf").exists()


def test_of_a_file_that_cannot_be_written_nothing_stays(tmp_path: Path) -> None:
    path = tmp_path / "samples.csv"
    path.write_text("old", encoding="utf-8")

    def write_on_a_full_disk() -> None:
        with replacing(path) as temporary:
            temporary.write_text("half", encoding="utf-8")
            Path("/dev/full").write_text("more", encoding="utf-8")

    with pytest.raises(OSError, match=r"No space left on device: '.*/samples\.csv'"):
        write_on_a_full_disk()

    assert path.read_text(encoding="utf-8") == "old"
    assert [found.name for found in tmp_path.iterdir()] == ["samples.csv"]
