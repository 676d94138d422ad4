"""Figures are valid, self-contained, distinct and deterministic SVG."""

from __future__ import annotations

import re
from collections import Counter
from xml.etree import ElementTree

import pytest

from contract.result import Result
from report.document.document import Report
from report.elements.drawing.canvas import Drawing
from report.run.comparison import compare
from report.run.load import load_run
from report.run.measurements import Measurements
from report.run.records import Run
from report.topics.learning.confusion import MAX_CLASSES, confusion_chart, total_confusion
from report.topics.learning.curves import learning_curves
from report.topics.published.bars import bar_chart
from report.vocabulary.presentation import Style, styles
from tests.report.conftest import MakeRun
from tests.report.run_folder import set_metric, study

SVG = "{http://www.w3.org/2000/svg}"
LOOK = Style("PyTorch <script>", "#D1495B")


def _curves(results: dict[str, list[Result]]) -> Drawing | None:
    return learning_curves("c", results, "softmax_cross_entropy", "matched", {"pytorch": LOOK})


@pytest.fixture(scope="module")
def drawings(plain_report: Report) -> list[Drawing]:
    return [
        drawing
        for section in plain_report.sections
        for part in section.parts
        for drawing in part.drawings
    ]


def test_a_chart_per_metric_the_curves_and_a_matrix_per_contender(plain_report: Report) -> None:
    (section,) = plain_report.sections
    counts = [len(section.part(key).drawings) for key in ("bars", "curves", "confusions")]
    assert counts == [4, 1, 4]


def test_every_figure_is_xml_with_a_title_and_a_description(drawings: list[Drawing]) -> None:
    for drawing in drawings:
        root = ElementTree.fromstring(drawing.svg)
        assert root.get("role") == "img"
        assert root.findtext(f"{SVG}title") == drawing.caption
        assert root.findtext(f"{SVG}desc") == drawing.description


def test_ids_are_unique_across_all_figures(drawings: list[Drawing]) -> None:
    ids = Counter(
        element.get("id")
        for drawing in drawings
        for element in ElementTree.fromstring(drawing.svg).iter()
        if element.get("id")
    )
    assert [name for name, count in ids.items() if count > 1] == []


def test_every_reference_inside_a_figure_has_its_target(drawings: list[Drawing]) -> None:
    for drawing in drawings:
        ids = set(re.findall(r'\bid="([^"]+)"', drawing.svg))
        used = set(re.findall(r'url\(#([^)]+)\)|href="#([^"]+)"', drawing.svg))
        assert {first or second for first, second in used} <= ids


def test_the_same_run_gives_the_same_figures(plain_run: Run) -> None:
    results = {"pytorch": [job.result for job in plain_run.jobs[:1] if job.result]}
    first, second = (_curves(results) for _ in range(2))
    assert first == second


def test_the_bars_in_words(make_run: MakeRun) -> None:
    path = make_run()
    set_metric(path, "pytorch", "train", "train_seconds", [40.0, 42.0])
    measurements = Measurements(load_run(path))
    comparison = compare("s2", study().published[0], "matched", measurements)[0]
    styled = styles(["pytorch", "tensorflow", "keras", "velox"])
    drawing = bar_chart("b", [comparison], styled)
    told = drawing.description.replace("\N{NO-BREAK SPACE}", " ")
    assert "PyTorch, CPU: published 824.86, reproduced 41.0 s" in told
    assert "PyTorch, GPU: published 85.89, reproduced not measured" in told
    assert "in s, lower is better" in drawing.caption


def test_published_and_reproduced_share_an_axis_however_far_apart(plain_run: Run) -> None:
    """687 s against 55 s is drawn by signs on a logarithmic axis; 99.1 % against 99.0 % in bars."""
    compared = compare("s2", study().published[0], "matched", Measurements(plain_run))
    styled = styles(["pytorch", "tensorflow", "keras", "velox"])
    times, accuracies = (bar_chart("b", [comparison], styled) for comparison in compared[:2])
    assert "All panels have one logarithmic axis" in times.caption
    assert "All panels have one axis." in accuracies.caption
    assert times.svg.count("<rect") == 0 < accuracies.svg.count("<rect")


def test_no_history_no_curves() -> None:
    assert _curves({"pytorch": []}) is None


def test_repeats_add_up_in_the_confusion_matrix(plain_run: Run) -> None:
    results = [
        job.result
        for job in plain_run.jobs
        if job.result and job.identity.contender == "velox" and job.identity.task == "train"
    ]
    counts = total_confusion(results)
    assert counts is not None
    assert counts.sum() == 20_000
    drawing = confusion_chart("m", counts, len(results), LOOK)
    assert drawing is not None
    assert "20,000 predictions from 2 runs" in drawing.caption
    assert "<script>" not in drawing.svg


def test_matrices_that_do_not_fit_together_are_not_drawn(plain_run: Run) -> None:
    result = next(job.result for job in plain_run.jobs if job.result)
    ragged = result.model_copy(update={"confusion_matrix": ((1, 2), (3,))})
    assert total_confusion([ragged]) is None
    assert total_confusion([]) is None


def test_a_matrix_too_large_to_read_is_not_drawn(plain_run: Run) -> None:
    result = next(job.result for job in plain_run.jobs if job.result)
    classes = MAX_CLASSES + 1
    large = result.model_copy(update={"confusion_matrix": ((1,) * classes,) * classes})
    counts = total_confusion([large])
    assert counts is not None
    assert confusion_chart("m", counts, 1, LOOK) is None
