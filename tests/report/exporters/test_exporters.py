"""Each format holds what it must, stays readable, and takes no text for its own syntax."""

import csv
import json
import re
import subprocess
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from pyarrow import parquet
from syrupy.assertion import SnapshotAssertion

from contract.export import EXPORTED
from contract.result import Failure
from contract.verdicts import ReportRecord
from report.document.document import Report, write_report
from report.document.numbering import figures
from report.elements.charts.chart import Chart
from report.elements.figure import Figure
from report.elements.table import Cell, Group, Header, Table
from report.exporters import latex, markdown
from report.exporters.base import TextExporter
from report.exporters.csv import harmless
from report.exporters.formats import exporters
from report.exporters.html.page import render_html
from report.exporters.illustrations import Illustration, illustrations
from report.exporters.outline import Heading, Items, Numbered, Paragraph
from report.exporters.workers import Workers
from report.run.load import load_run
from report.run.samples import Sample, unit_of
from tests.report.conftest import MakeRun

HOSTILE = (
    '=HYPERLINK("http://x")|<script>$\\input{/etc/passwd}$ `a` _b_ *c* #1 %2 &3 ^~{}[x](y)\n# h'
)


@pytest.fixture
def small(make_run: MakeRun) -> Report:
    """Two contenders in two blocks; one fails."""
    failure = Failure(cause="no memory left", remedy="give it more")
    path = make_run(contenders=("pytorch", "velox"), failing={"velox": failure}, develops=True)
    return write_report(load_run(path))


@pytest.fixture
def hostile(make_run: MakeRun) -> Report:
    """A run whose failures and commands attack every format."""
    failure = Failure(cause=HOSTILE, remedy=HOSTILE)
    path = make_run(
        contenders=("pytorch", "velox"), failing={"velox": failure}, command=("run", HOSTILE)
    )
    return write_report(load_run(path))


def _text(name: str, report: Report, *, is_illustrated: bool = False) -> str:
    exporter = exporters(Workers(), is_illustrated=is_illustrated)[name]
    assert isinstance(exporter, TextExporter)
    return exporter.text(report)


def _rows(report: Report, path: Path) -> list[dict[str, str]]:
    exporters(Workers())["csv"].write(report, path)
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


BLOCKS = (
    Heading("A study", 1),
    Paragraph("Faster by 50 % & more; run `plumbline run s2`."),
    Items([("Speed", "PyTorch comes first"), ("", "no term")]),
    Numbered(
        "Table 3",
        Table(
            "t",
            "What was measured.",
            (Header("Contender"), Header("Training", numeric=True, note="s")),
            (
                Group(
                    (
                        (Cell("PyTorch"), Cell("1.5", "pass", ("1.4 – 1.6",), "a")),
                        (Cell("Velox | stock"), Cell("—", "missing", mark="b")),
                    ),
                    title="matched",
                    note="ms_1",
                ),
            ),
            (("a", "of 2 runs"), ("b", "not measured")),
        ),
    ),
    Illustration("Figure 4", 4, Figure("f", "50 % of it.", "", Chart((), 20)), "f", "figure-04-f"),
)


_NUMBERED = {
    "screen": r"<strong>(Table \d+)\.</strong> ([^<]*)",
    "print": r"<strong>(Table \d+)\.</strong> ([^<]*)",
    "md": r"\*\*(Table \d+)\.\*\* (.*)",
    "tex": r"\\textbf\{(Table \d+)\.\} (.*)",
}
"""By format, a table's number and its caption."""


def _captions(name: str, text: str) -> dict[str, str]:
    """Return the letters that captions begin with, by the tables' numbers."""
    found = re.findall(_NUMBERED[name], re.sub(r"&#\d+;|\\text[a-z]+\{\}", "", text))
    return {label: "".join(re.findall("[a-z]+", caption.lower()))[:12] for label, caption in found}


def test_a_table_has_the_same_number_in_every_format(small: Report) -> None:
    undrawn = dict.fromkeys((figure.name for figure in figures(small)), "")
    every = _captions("screen", render_html(small, "screen", undrawn))
    texts = {"print": render_html(small, "print")} | {n: _text(n, small) for n in ("md", "tex")}
    for name, text in texts.items():
        found = _captions(name, text)
        assert len(found) > 5
        assert found.items() <= every.items()
    assert set(small.labels.values()) >= set(every)


def test_blocks_as_markdown(snapshot: SnapshotAssertion) -> None:
    assert markdown.document("Report #1", BLOCKS) == snapshot


def test_markdown_links_to_files_beside_it_and_to_places_of_the_page() -> None:
    cells = (Cell("6 samples", href="#samples-s2"), Cell("job", href="jobs/a%20b/result.json"))
    table = Table("t", "Links.", (Header("Samples"), Header("Job")), (Group((cells,)),))
    text = markdown.document("Report", [Numbered("Table 1", table)])
    assert "| [6 samples](report.html#samples-s2) | [job](jobs/a%20b/result.json) |" in text


def test_blocks_as_latex(snapshot: SnapshotAssertion) -> None:
    assert latex.document("Report #1", "Plumbline", BLOCKS) == snapshot


def test_what_an_artifact_needs(small: Report, snapshot: SnapshotAssertion) -> None:
    needs, workflow = _text("artifact", small).split("## Installation")
    assert needs == snapshot
    assert "plumbline run s2 --profile quick --repeats 2" in workflow


def test_the_samples_are_tidy(small: Report, tmp_path: Path, snapshot: SnapshotAssertion) -> None:
    rows = _rows(small, tmp_path / "samples.csv")
    shown = ("train_seconds", "epoch_seconds", "test_accuracy", "epoch_train_loss", "")
    own = [row for row in rows if row["block"] == "1" and row["task"] == "train"]
    lines = [",".join(row.values()) for row in own if row["metric"] in shown]
    assert "\n".join(lines) == snapshot
    assert tuple(rows[0]) == Sample._fields
    keys = Counter((*list(row.values())[:9], row["sample"]) for row in rows)
    assert max(keys.values()) == 1


def test_parquet_holds_the_same_table(small: Report, tmp_path: Path) -> None:
    path = tmp_path / "samples.parquet"
    exporters(Workers())["parquet"].write(small, path)
    table = parquet.read_table(path)
    rows = _rows(small, tmp_path / "samples.csv")
    assert table.column_names == list(Sample._fields)
    assert table["metric"].to_pylist() == [row["metric"] for row in rows]
    values = [float(row["value"]) if row["value"] else None for row in rows]
    assert table["value"].to_pylist() == values


@pytest.mark.parametrize(
    ("metric", "unit"),
    [("train_seconds", "s"), ("peak_memory_bytes", "B"), ("test_accuracy", "share"),
     ("test_loss", ""), ("cpu_energy_joules[package-0]", "J"), ("cpu_percent", "%")],
)  # fmt: skip
def test_every_sample_names_its_unit(metric: str, unit: str) -> None:
    assert unit_of(metric) == unit


@pytest.mark.parametrize("name", ["md", "tex", "artifact"])
def test_every_statement_stands_with_its_id_and_its_verdict(small: Report, name: str) -> None:
    text = _text(name, small)
    escaped = latex.escaped if name == "tex" else markdown.escaped
    for chapter in small.chapters:
        for judged in chapter.judged:
            assert judged.statement.id in text
            assert escaped(judged.statement.text) in text
            assert all(escaped(verdict) in text for verdict in judged.verdicts.values())


def test_the_json_has_every_statement_with_readings_verdicts_and_numbers(
    plain_report: Report,
) -> None:
    text = _text("json", plain_report)

    told = ReportRecord.model_validate_json(text)
    (study,) = told.studies
    (judged,) = (chapter.judged for chapter in plain_report.chapters)
    assert [found.id for found in study.statements] == [found.statement.id for found in judged]
    by_id = {found.id: found for found in study.statements}
    assert by_id["S2.2"].published_ratio["cpu"] == 0.8331
    larger = by_id["S2.8"]
    assert larger.place == "Table, section V"
    primary, beside = larger.readings
    assert (primary.primary, beside.primary) == (True, False)
    assert larger.verdicts == {"cpu": primary.verdict}
    (matched,) = primary.protocols
    (numbers,) = matched.comparisons
    assert numbers.low <= numbers.estimate <= numbers.high
    assert (numbers.scale, numbers.blocks) == ("ratio", 2)
    assert matched.reasons
    assert "S2.9" in told.need_another_device
    assert sum(told.counts["cpu"].values()) == 8
    jsonschema.validate(json.loads(text), EXPORTED["report"].json_schema())


def test_every_sample_names_the_statements_that_it_bears_on(
    plain_report: Report, tmp_path: Path
) -> None:
    rows = _rows(plain_report, tmp_path / "samples.csv")

    of_training = [row for row in rows if row["metric"] == "train_seconds"]
    assert {row["statements"] for row in of_training if row["contender"] == "keras"} == {
        "S2.2 S2.9"
    }
    assert {row["statements"] for row in of_training if row["contender"] == "velox"} == {""}


def test_no_cell_of_the_csv_is_a_formula(hostile: Report, tmp_path: Path) -> None:
    missing = {row["missing"] for row in _rows(hostile, tmp_path / "samples.csv")}
    assert f"failed: {HOSTILE}" in missing


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "＝", "＋", "－", "＠"])
@pytest.mark.parametrize(
    "before", ["", " ", "\N{NO-BREAK SPACE}", "\n", "\r", "\t ", "\v", "\0", "\ufeff"]
)
def test_what_a_spreadsheet_would_run_gets_an_apostrophe(before: str, sign: str) -> None:
    assert harmless(f"{before}{sign}1+1") == f"'{before}{sign}1+1"


@pytest.mark.parametrize("value", [-1.5, None, "", "a=1", "out of memory\n=1+1", "1-2"])
def test_what_is_no_formula_stays_as_it_is(value: str | float | None) -> None:
    assert harmless(value) == value


@pytest.mark.parametrize("name", ["md", "artifact"])
def test_markdown_takes_no_text_for_markup(hostile: Report, name: str) -> None:
    text = re.sub(r"```.*?```|`[^`]*`", "", _text(name, hostile), flags=re.DOTALL)  # code is text
    assert "<script>" not in text
    assert "\n# h" not in text
    assert "[x](y)" not in text


def _typeset(source: str, folder: Path, program: str = "pdflatex") -> str:
    (folder / "report.tex").write_text(source, encoding="utf-8")
    command = [program, "-no-shell-escape", "-interaction=nonstopmode", "-halt-on-error"]
    done = subprocess.run([*command, "report.tex"], cwd=folder, capture_output=True, check=False)
    assert done.returncode == 0, done.stdout.decode(errors="replace")[-2000:]
    text = subprocess.run(
        ["pdftotext", "-layout", "report.pdf", "-"], cwd=folder, capture_output=True, check=True
    )
    return text.stdout.decode()


def test_the_latex_compiles_whatever_the_texts_say(hostile: Report, tmp_path: Path) -> None:
    text = _typeset(_text("tex", hostile), tmp_path)
    assert "/etc/passwd" in text
    assert "root:" not in text


def test_the_latex_shows_the_figures_by_the_reports_numbers(
    hostile: Report, tmp_path: Path
) -> None:
    with Workers() as workers:
        exporters(workers)["figures"].write(hostile, tmp_path / "figures")
    source = _text("tex", hostile, is_illustrated=True)
    text = " ".join(_typeset(source, tmp_path).split())
    printed = [one for one in illustrations(hostile).values() if f"{one.stem}.pdf" in source]
    assert {one.figure.name for one in printed} == {
        figure.name
        for part in (part for section in hostile.sections for part in section.parts)
        for figure in part.figures
        if figure.prints and part.info.prints
    }
    for one in printed:
        assert f"{one.label}: {one.figure.caption.split()[0]}" in text
        assert f"\\label{{fig:{one.anchor}}}" in source


@pytest.mark.parametrize("name", ["md", "tex"])
def test_figures_are_shown_only_where_they_are_files(small: Report, name: str) -> None:
    assert "figures/figure-" in _text(name, small, is_illustrated=True)
    assert "figures/" not in _text(name, small)


def test_latex_shows_every_character_or_its_code(tmp_path: Path) -> None:
    printable = " ".join(map(chr, (*range(32, 127), *range(160, 1500), 8364, 9731, 128512)))
    source = f"{latex.HEAD}\\begin{{document}}\n{latex.escaped(printable)}\n\\end{{document}}\n"
    text = _typeset(source, tmp_path)
    assert "[U+1F600]" in text.replace("\n", "")


HAS_LETTERS = subprocess.run(["kpsewhich", "luaotfload.sty"], check=False, capture_output=True)


@pytest.mark.skipif(HAS_LETTERS.returncode != 0, reason="LuaLaTeX has no fonts of other scripts")
def test_lualatex_shows_letters_of_other_scripts(hostile: Report, tmp_path: Path) -> None:
    told = "Łukasz \N{SNOWMAN} \N{CUNEIFORM SIGN A} is שלום עולם"
    report = replace(hostile, title=told)
    text = _typeset(_text("tex", report), tmp_path, "lualatex")
    assert "Łukasz \N{SNOWMAN} [U+12000] is" in text
    assert "שלום עולם" in text


def test_every_exporter_has_a_file_of_its_own() -> None:
    names: list[Any] = [exporter.file_name for exporter in exporters(Workers()).values()]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("name", ["md", "tex", "artifact"])
def test_every_text_names_unusable_files_with_their_remedies(name: str, make_run: MakeRun) -> None:
    path = make_run(contenders=("pytorch",))
    (path / "run.json").write_text("{", encoding="utf-8")
    text = _text(name, write_report(load_run(path)))
    assert "Files that could not be used" in text
    assert "the report goes on with what the jobs say" in text


def test_the_samples_tell_a_damaged_result_from_a_job_that_stopped(
    make_run: MakeRun, tmp_path: Path
) -> None:
    path = make_run(contenders=("pytorch",), repeats=1)
    for result in path.glob("jobs/*.train.*/result.json"):
        result.write_text("{", encoding="utf-8")
    rows = _rows(write_report(load_run(path)), tmp_path / "samples.csv")
    (damaged,) = (row for row in rows if row["task"] == "train")
    assert damaged["missing"].startswith("unfinished: its result cannot be used: not valid JSON")


@pytest.mark.parametrize("name", ["md", "tex", "html"])
def test_a_run_that_answers_nothing_says_so_in_every_format(name: str, make_run: MakeRun) -> None:
    path = make_run(contenders=("pytorch",), repeats=1)
    for result in path.glob("jobs/*/result.json"):
        result.unlink()
    report = write_report(load_run(path))
    text = render_html(report, "print") if name == "html" else _text(name, report)
    assert "This run measured nothing that answers the question." in text
    assert "verdicts" not in text.split("Run it again")[-1]
