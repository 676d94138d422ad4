"""The entries name the run and the papers, and BibTeX reads them without a complaint."""

import subprocess
from pathlib import Path

import pytest

from contract.study import load_study
from report.document.document import Report, write_report
from report.exporters.bibtex import BibtexExporter, paper_entry, run_entry
from report.exporters.workers import Workers
from report.run.load import load_run
from tests.report.conftest import MakeRun
from tests.report.run_folder import STUDIES


@pytest.fixture
def report(make_run: MakeRun) -> Report:
    return write_report(load_run(make_run(contenders=("pytorch",), repeats=1)))


def test_the_run_is_named_with_its_date_source_and_processor(report: Report) -> None:
    entry = run_entry(report)

    record = report.run.record
    assert record is not None
    assert entry.startswith("@misc{plumbline-")
    assert report.title.split(":")[0] in entry
    assert "  year = {2026},\n  month = mar," in entry
    (note,) = (line for line in entry.splitlines() if line.startswith("  note"))
    commit = record.source_commit or "unknown"
    for told in (f"Plumbline {record.plumbline_version}", f"commit {commit}", "on the CPU of "):
        assert told in note


def test_a_run_without_a_record_has_an_entry_all_the_same(make_run: MakeRun) -> None:
    path = make_run(contenders=("pytorch",), repeats=1)
    (path / "run.json").unlink()

    entry = run_entry(write_report(load_run(path)))

    assert entry.startswith("@misc{plumbline-run,")
    assert "year" not in entry


def test_a_papers_authors_are_told_apart() -> None:
    assert paper_entry(load_study(STUDIES / "s2-mnist.toml")) == (
        "@misc{shimpi2024-s2,\n"
        "  author = {Shimpi and Sharma and Prasad},\n"
        "  title = {{Performance Benchmarking of Machine Learning Workloads: A Comparative Study "
        "Using Velox's ML Functions, PyTorch, and TensorFlow}},\n"
        "  howpublished = {Arizona State University},\n"
        "  year = {2024}\n}"
    )


def test_a_study_that_printed_no_numbers_is_named_and_has_no_entry() -> None:
    assert paper_entry(load_study(STUDIES / "s1-cifar.toml")) == (
        "% S1 has no entry: it published no numbers."
    )


@pytest.mark.parametrize("name", ["A {b}, c", "run=@misc{x}"])
def test_bibtex_reads_whatever_the_texts_are(report: Report, tmp_path: Path, name: str) -> None:
    hostile = Report(**{**vars(report), "title": f"{name} % \\input{{x}} # 100 $ & _"})
    with Workers():
        BibtexExporter().write(hostile, tmp_path / "report.bib")
    aux = "\\citation{*}\n\\bibstyle{plain}\n\\bibdata{report}\n"
    (tmp_path / "report.aux").write_text(aux)

    done = subprocess.run(["bibtex", "report"], cwd=tmp_path, capture_output=True, check=False)

    told = done.stdout.decode()
    assert (done.returncode, "Warning" in told) == (0, False), told
    assert "\\bibitem{shimpi2024-s2}" in (tmp_path / "report.bbl").read_text()


def test_letters_of_every_script_stay_what_they_are() -> None:
    study = load_study(STUDIES / "s2-mnist.toml").model_copy(
        update={"title": "漢字 – 50 %\nfaster"}
    )

    assert "  title = {{漢字 – 50 \\% faster}},\n" in paper_entry(study)
