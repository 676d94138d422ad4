"""Figures are valid, self-contained, distinct and deterministic SVG; what they show in words."""

import re
from collections import Counter
from dataclasses import replace
from xml.etree import ElementTree

import pytest
from matplotlib import style

from contract.metrics import EpochRecord
from contract.result import Result
from report.document.document import Report, write_report
from report.document.numbering import figures
from report.elements.charts.chart import Axis, Bar, BarPanel, Chart, LinePanel
from report.elements.charts.files import render
from report.elements.figure import Figure
from report.run.load import load_run
from report.run.records import Run
from report.topics.learning.confusion import MAX_CLASSES, confusion_chart, total_confusion
from report.topics.learning.curves import learning_curves, sweep_curves
from report.vocabulary.presentation import Style
from tests.contract.examples import job, untimed_result
from tests.report.conftest import MakeRun

SVG = "{http://www.w3.org/2000/svg}"
STYLE = Style("PyTorch <script>", "#D1495B")
WORDS = r"$\frac{1$ & $x$ <b>"


def _curves(results: dict[str, list[Result]]) -> Figure | None:
    return learning_curves("c", results, "softmax_cross_entropy", "matched", {"pytorch": STYLE})


def _figure(label: str) -> Figure:
    panel = BarPanel(Axis(label, low=0, high=2), (label,), (Bar(0, 1.0, label=label),), label)
    return Figure("f", label, label, Chart(((panel,),), 40))


def _svg(figure: Figure) -> str:
    return render(figure, ("svg",))["svg"].decode()


def test_a_workload_has_one_figure_of_each_kind(make_run: MakeRun) -> None:
    path = make_run(protocols=("published", "matched"), repeats=1)
    (section,) = write_report(load_run(path)).sections
    counts = [len(section.part(key).figures) for key in ("curves", "usage", "confusions")]
    assert counts == [2, 1, 1]  # curves: one for each protocol


def test_every_figure_is_xml_with_a_title_and_a_description(
    plain_report: Report, pictures: dict[str, str]
) -> None:
    for figure in figures(plain_report):
        root = ElementTree.fromstring(pictures[figure.name])
        assert root.get("role") == ("group" if figure.chart.is_linked else "img")
        assert root.findtext(f"{SVG}title") == figure.caption
        assert root.findtext(f"{SVG}desc") == figure.description


def test_ids_are_unique_across_all_figures(pictures: dict[str, str]) -> None:
    ids = Counter(
        element.get("id")
        for svg in pictures.values()
        for element in ElementTree.fromstring(svg).iter()
        if element.get("id")
    )
    assert ids
    assert [name for name, count in ids.items() if count > 1] == []


def test_every_reference_inside_a_figure_has_its_target(pictures: dict[str, str]) -> None:
    for svg in pictures.values():
        ids = set(re.findall(r'\bid="([^"]+)"', svg))
        used = set(re.findall(r'url\(#([^)]+)\)|<use [^>]*href="#([^"]+)"', svg))
        assert {first or second for first, second in used} <= ids


def test_no_figure_has_a_style_for_the_whole_page(pictures: dict[str, str]) -> None:
    tags = {e.tag for svg in pictures.values() for e in ElementTree.fromstring(svg).iter()}
    assert tags.isdisjoint({f"{SVG}style", f"{SVG}script", f"{SVG}image", f"{SVG}metadata"})


def test_a_figure_scales_with_the_page(pictures: dict[str, str]) -> None:
    for svg in pictures.values():
        root = ElementTree.fromstring(svg)
        assert root.get("viewBox")
        assert root.get("width") is root.get("height") is None


def test_text_stays_text_and_no_formula() -> None:
    root = ElementTree.fromstring(_svg(_figure(WORDS)))
    texts = ["".join(text.itertext()) for text in root.iter(f"{SVG}text")]
    assert texts.count(WORDS) == 4  # of the row, the axis, the bar and the panel


def test_the_settings_of_a_machine_do_not_count() -> None:
    expected = _svg(_figure("a"))
    with style.context({"font.size": 30, "text.parse_math": True, "svg.fonttype": "path"}):
        assert _svg(_figure("a")) == expected


@pytest.mark.parametrize("kind", ["svg", "pdf", "png"])
def test_equal_figures_give_equal_files(kind: str) -> None:
    first, second = (render(_figure("a"), (kind,))[kind] for _ in range(2))
    assert first == second
    assert render(replace(_figure("b")), (kind,))[kind] != first


def test_the_same_run_gives_the_same_figures(plain_run: Run) -> None:
    results = {"pytorch": [job.result for job in plain_run.jobs[:1] if job.result]}
    first, second = (_curves(results) for _ in range(2))
    assert first is not None
    assert first == second
    assert hash(first) == hash(second)


def test_no_history_no_curves() -> None:
    assert _curves({"pytorch": []}) is None


def test_a_sweep_shows_the_whole_time_of_every_training() -> None:
    """Its times are not added up: each point is a training by itself."""
    trainings = tuple(
        EpochRecord(
            epoch=epochs,
            seconds=2.0 * epochs,
            train_loss=1 / epochs,
            train_accuracy=None,
            test_loss=2 / epochs,
            test_accuracy=None,
        )
        for epochs in (1, 2, 3)
    )
    identity = job(protocol="published", task="sweep").identity
    results = {"pytorch": [untimed_result(identity, sweep=trainings)]}

    figure = sweep_curves("c", results, "mean_squared_error", {"pytorch": STYLE})

    assert figure is not None
    times = figure.chart.panels[0][0]
    assert isinstance(times, LinePanel)
    assert times.lines[-1].points == ((1, 2.0), (2, 4.0), (3, 6.0))


def test_no_sweep_no_figure() -> None:
    assert sweep_curves("c", {"pytorch": []}, "mean_squared_error", {"pytorch": STYLE}) is None


def test_repeats_add_up_in_the_confusion_matrix(plain_run: Run) -> None:
    results = [
        job.result
        for job in plain_run.jobs
        if job.result and job.identity.contender == "velox" and job.identity.task == "train"
    ]
    counts = total_confusion(results)
    assert counts is not None
    assert counts.sum() == 20_000
    figure = confusion_chart("m", {STYLE.title: counts}, [STYLE.colour], "c")
    assert figure is not None
    ((panel,),) = figure.chart.panels
    assert panel.title == "PyTorch <script>: 200 of 20,000 wrong"
    assert "<script>" not in _svg(figure)


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
    assert confusion_chart("m", {"m": counts}, [STYLE.colour], "c") is None
