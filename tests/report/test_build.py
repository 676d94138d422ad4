"""A run's folder in, report files out."""

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from report.build import build_report
from report.run.records import ReportError
from tests.report.conftest import MakeRun


def test_one_file_per_format(make_run: MakeRun) -> None:
    path = make_run(contenders=("pytorch",), repeats=1)
    assert build_report(path, ["html", "pdf", "html"]) == [
        path / "report.html",
        path / "report.pdf",
    ]
    assert (path / "report.html").read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    assert (path / "report.pdf").read_bytes().startswith(b"%PDF-")


def test_latex_shows_the_figures_that_are_asked_for_after_it(make_run: MakeRun) -> None:
    path = make_run(contenders=("pytorch",), repeats=1)
    assert build_report(path, ["tex", "figures"]) == [path / "report.tex", path / "figures"]
    source = (path / "report.tex").read_text(encoding="utf-8")
    shown = re.findall(r"\\includegraphics\[[^]]+\]\{([^}]+)\}", source)
    assert shown
    assert all((path / name).is_file() for name in shown)


def test_the_same_run_gives_the_same_page(make_run: MakeRun) -> None:
    path = make_run(contenders=("pytorch",), repeats=1)
    first, second = (build_report(path, ["html"])[0].read_bytes() for _ in range(2))
    assert first == second


def test_a_second_report_starts_no_process(
    make_run: MakeRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = make_run(contenders=("pytorch",), repeats=1)
    formats = ["html", "pdf", "figures"]
    before = [_contents(written) for written in build_report(path, formats)]
    monkeypatch.delattr("report.exporters.workers.ProcessPoolExecutor")
    assert [_contents(written) for written in build_report(path, formats)] == before


def _contents(path: Path) -> list[bytes]:
    files = sorted(path.iterdir()) if path.is_dir() else [path]
    return [file.read_bytes() for file in files]


def test_an_unknown_format_is_refused_before_anything_is_written(make_run: MakeRun) -> None:
    path = make_run(contenders=("pytorch",), repeats=1)
    with pytest.raises(ReportError, match="no format docx; choose from html, pdf, csv"):
        build_report(path, ["html", "docx"])
    assert not (path / "report.html").exists()


def _no_record(path: Path) -> None:
    (path / "run.json").unlink()


def _no_jobs(path: Path) -> None:
    shutil.rmtree(path / "jobs")


def _no_study(path: Path) -> None:
    shutil.rmtree(path / "studies")


def _no_results(path: Path) -> None:
    for result in path.glob("jobs/*/result.json"):
        result.unlink()


def _empty_matrix(path: Path) -> None:
    for result in path.glob("jobs/*train*/result.json"):
        content = json.loads(result.read_text(encoding="utf-8"))
        content["confusion_matrix"] = []
        result.write_text(json.dumps(content), encoding="utf-8")


@pytest.mark.parametrize(
    ("damage", "told"),
    [
        (_no_record, "left no record of the command"),
        (_no_jobs, "measured nothing that answers"),
        (_no_study, "Everything that was measured"),
        (_no_results, "no result: the job stopped"),
        (_empty_matrix, "Everything that was measured"),
    ],
)
def test_a_damaged_run_still_gives_a_report(
    make_run: MakeRun, damage: Callable[[Path], None], told: str
) -> None:
    path = make_run(contenders=("pytorch",), repeats=1)
    damage(path)
    assert told in build_report(path, ["html"])[0].read_text(encoding="utf-8")


def test_of_several_runs_the_newest_is_reported_on_with_their_history(
    make_run: MakeRun, tmp_path: Path
) -> None:
    newer = make_run(contenders=("pytorch",), repeats=2)
    older = tmp_path / "older"
    shutil.copytree(newer, older)
    record = json.loads((older / "run.json").read_text(encoding="utf-8"))
    record["created"] = "2026-01-01T00:00:00Z"
    (older / "run.json").write_text(json.dumps(record), encoding="utf-8")

    (written,) = build_report(newer, ["md"], others=[older])

    assert written == newer / "report.md"
    assert "torch 2.13.0 (2 runs, 2026-01-01 – 2026-03-02)" in written.read_text(encoding="utf-8")
    assert build_report(older, ["md"], others=[newer]) == [written]
