"""A statement's numbers are the same in every format."""

import csv
import json
import math
import subprocess
from collections import defaultdict
from pathlib import Path
from statistics import fmean
from typing import Any

import pytest

from report.build import build_report
from report.document.document import Report, write_report
from report.exporters.latex import escaped as in_latex
from report.exporters.markdown import escaped as in_markdown
from report.run.load import load_run
from report.topics.statements.findings import ratio_text
from report.topics.statements.ratios import StatedRatio
from tests.report.run_folder import RunFolder, add_turns, set_metric

FACTORS = (1.0, 1.01, 0.98, 1.02, 0.99, 1.03)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of S2 with turns, written in every format that has words."""
    tasks = ("verify", "train", "predict")
    made = RunFolder(tmp_path_factory.mktemp("formats") / "run", repeats=3, tasks=tasks)
    path = made.write()
    calls = {"velox": 0.006, "pytorch": 0.01, "keras": 0.012}
    add_turns(path, {name: [call * factor for factor in FACTORS] for name, call in calls.items()})
    set_metric(path, "pytorch", "train", "peak_memory_bytes", [400e6, 404e6, 402e6])
    build_report(path, ["html", "pdf", "md", "tex", "json", "csv"])
    return path


@pytest.fixture(scope="module")
def report(folder: Path) -> Report:
    return write_report(load_run(folder))


@pytest.fixture(scope="module")
def ratios(report: Report) -> tuple[StatedRatio, ...]:
    (chapter,) = report.chapters
    assert len(chapter.ratios) > 3
    return chapter.ratios


def _plain(text: str) -> str:
    return " ".join(text.split())


def _line(found: StatedRatio) -> str:
    return f"{found.what}: {ratio_text(found)}"


def test_pages_and_texts_have_every_ratio_word_for_word(
    folder: Path, ratios: tuple[StatedRatio, ...]
) -> None:
    command = ("pdftotext", "-raw", str(folder / "report.pdf"), "-")
    pdf = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    html, markdown, latex = (
        _plain((folder / f"report.{name}").read_text(encoding="utf-8"))
        for name in ("html", "md", "tex")
    )
    for found in ratios:
        line = _plain(_line(found))
        assert line in html
        assert line in _plain(pdf)
        assert _plain(in_markdown(line)) in markdown
        assert _plain(in_latex(_line(found))) in latex


def test_the_json_has_the_numbers_that_these_are_rounded_from(
    folder: Path, ratios: tuple[StatedRatio, ...]
) -> None:
    record = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    told: dict[str, list[dict[str, Any]]] = {
        statement["id"]: [
            comparison
            for reading in statement["readings"]
            for protocol in reading["protocols"]
            for comparison in protocol["comparisons"]
        ]
        for study in record["studies"]
        for statement in study["statements"]
    }
    measured = [found for found in ratios if found.low < found.high]
    assert measured
    for found in measured:
        estimates = [one["estimate"] * found.limit for one in told[found.statement.id]]
        assert any(math.isclose(found.estimate, estimate) for estimate in estimates)


def test_the_ratio_of_turns_can_be_worked_out_from_the_csv(
    folder: Path, ratios: tuple[StatedRatio, ...]
) -> None:
    (found,) = (one for one in ratios if one.statement.id == "S2.2")
    blocks: defaultdict[str, dict[str, float]] = defaultdict(dict)
    with (folder / "samples.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["metric"] == "step_seconds" and row["value"]:
                blocks[row["contender"]][row["block"]] = float(row["value"])
    keras, pytorch = blocks["keras"], blocks["pytorch"]
    logarithms = [math.log(keras[block] / pytorch[block]) for block in keras]
    assert math.exp(fmean(logarithms)) == pytest.approx(found.estimate)
