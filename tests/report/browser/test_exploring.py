"""What the page's script adds: filters, order, samples, axes; all of it in the address."""

import csv
from io import StringIO
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page

from report.run.load import load_run
from report.run.measurements import Measurements, Setting
from report.vocabulary.numbers import rounded
from tests.report.browser.conftest import Open


def _box(page: Page, choice: str, value: str) -> Locator:
    return page.locator(f"#explore [data-choice={choice}][value='{value}']")


def _column(page: Page, table: str, index: int) -> list[str]:
    """The text of a column's cells, without its head."""
    cells = page.locator(f"{table} tbody tr:not(.group) > :nth-child({index + 1})")
    return cells.all_inner_texts()


def test_a_study_that_is_not_chosen_is_not_shown(open_report: Open) -> None:
    page = open_report().page
    _box(page, "study", "s2").uncheck()
    assert not page.locator("section#s2").is_visible()
    assert page.locator("section#s4").is_visible()
    assert not page.locator("nav a[href='#s2']").is_visible()
    assert all(text.startswith("S4") for text in _column(page, "#numbers", 0))


def test_a_contender_that_is_not_chosen_leaves_tables_and_figures(open_report: Open) -> None:
    page = open_report().page
    rows = page.locator("main tr[data-contender=velox]")
    assert rows.first.is_visible()
    _box(page, "contender", "velox").uncheck()
    assert rows.locator("visible=true").count() == 0
    assert "Velox ML functions" not in _column(page, "#numbers", 1)
    assert page.locator("#charts", has_text="Velox ML functions").count() == 0


def test_one_metric_leaves_its_own_tables_and_figures(open_report: Open) -> None:
    page = open_report().page
    page.locator("#metric").select_option("peak_memory_bytes")
    shown = page.locator("main [data-metric]").locator("visible=true")
    of_all = {shown.nth(index).get_attribute("data-metric") for index in range(shown.count())}
    page.locator("#only-metric").check()
    of_one = {shown.nth(index).get_attribute("data-metric") for index in range(shown.count())}
    assert len(of_all) > 1
    assert of_one == {"peak_memory_bytes"}


def test_one_metric_is_explored_at_a_time(open_report: Open) -> None:
    page = open_report().page
    assert page.locator("#explored").inner_text() == "Training time, s; lower is better"
    assert set(_column(page, "#numbers", 4)) == {"training"}
    page.locator("#metric").select_option("peak_memory_bytes")
    assert page.locator("#explored").inner_text() == "Peak memory, MB; lower is better"
    assert set(_column(page, "#numbers", 4)) == {"training", "prediction"}
    assert page.locator("#charts .unit").first.text_content() == "MB"


def test_a_device_that_is_not_chosen_empties_the_explorer(open_report: Open) -> None:
    page = open_report().page
    _box(page, "device", "cpu").uncheck()
    assert page.locator("#nothing").is_visible()
    assert page.locator("#numbers tbody tr").count() == 0


def test_a_filtered_page_says_so_and_can_be_made_whole(open_report: Open) -> None:
    page = open_report().page
    assert not page.locator("#filtered").is_visible()
    _box(page, "study", "s2").uncheck()
    assert page.locator("#filtered").is_visible()
    page.locator("#filtered button").click()
    assert page.locator("section#s2").is_visible()
    assert _box(page, "study", "s2").is_checked()
    assert not page.locator("#filtered").is_visible()


def _numbers(texts: list[str]) -> list[float]:
    return [float(text.split()[0].replace(",", "")) for text in texts]


def test_numbers_are_sorted_by_the_column_that_is_chosen(open_report: Open) -> None:
    page = open_report("#explore?metric=train_seconds").page
    head = page.locator("#numbers th", has_text="Median")
    head.locator("button").click()
    ascending = _numbers(_column(page, "#numbers", 5))
    assert ascending == sorted(ascending)
    assert head.get_attribute("aria-sort") == "ascending"
    head.locator("button").click()
    assert _numbers(_column(page, "#numbers", 5)) == ascending[::-1]
    assert head.get_attribute("aria-sort") == "descending"


def test_tables_of_the_chapters_are_sorted_too(open_report: Open) -> None:
    page = open_report().page
    before = _column(page, "#facts", 0)
    page.locator("#facts th", has_text="Peak memory").locator("button").click()
    values = _numbers(_column(page, "#facts", 3))
    assert values == sorted(values)
    assert sorted(_column(page, "#facts", 0)) == sorted(before)


def test_the_order_of_a_paper_s_own_table_is_left_alone(open_report: Open) -> None:
    page = open_report().page
    assert page.locator("#s2-mnist-cnn-table-1 button").count() == 0


@pytest.mark.parametrize("way", ["focus", "hover"])
def test_a_row_shows_its_raw_samples(open_report: Open, report_file: Path, way: str) -> None:
    page = open_report("#explore?study=s2&metric=train_seconds&contender=pytorch").page
    row = page.locator("#charts [role=listitem]", has_text="matched").first
    row.focus() if way == "focus" else row.hover()
    shown = page.locator("#tooltip").inner_text()
    setting = Setting("s2", "mnist-cnn", "pytorch", "matched", "cpu", "train")
    measured = Measurements(load_run(report_file.parent)).of(setting, "train_seconds")
    for block, sample in zip(measured.blocks, measured.samples, strict=True):
        assert f"block {block}: {rounded(sample)}" in shown


def test_arrows_go_from_row_to_row(open_report: Open) -> None:
    page = open_report("#explore?study=s2").page
    page.locator("#charts [role=listitem]").first.focus()
    page.keyboard.press("ArrowDown")
    label = page.evaluate("document.activeElement.getAttribute('aria-label')")
    assert label == page.locator("#charts [role=listitem]").nth(1).get_attribute("aria-label")
    page.keyboard.press("Escape")
    assert not page.locator("#tooltip").is_visible()


def test_an_axis_can_be_made_logarithmic_and_linear(open_report: Open) -> None:
    page = open_report("#explore?metric=train_seconds").page
    unit = page.locator("#charts .unit").first
    page.locator("#scale").select_option("log")
    assert unit.text_content() == "s, logarithmic axis"
    page.locator("#scale").select_option("linear")
    assert unit.text_content() == "s"
    assert page.locator("#charts .axis text").first.text_content() == "0"


@pytest.mark.parametrize(
    ("mark", "drawn"), [("samples", "circle"), ("median", ".median"), ("interval", ".interval")]
)
def test_samples_medians_and_intervals_can_be_left_out(
    open_report: Open, mark: str, drawn: str
) -> None:
    page = open_report("#explore?metric=step_seconds").page
    marks = page.locator(f"#charts {drawn}")
    assert marks.count() > 0
    page.locator(f"#explore [data-mark][value={mark}]").uncheck()
    assert marks.count() == 0


def test_the_address_keeps_what_was_chosen(open_report: Open) -> None:
    page = open_report().page
    _box(page, "study", "s2").uncheck()
    _box(page, "contender", "velox").uncheck()
    page.locator("#metric").select_option("test_loss")
    page.locator("#only-metric").check()
    page.locator("#scale").select_option("log")
    page.locator("#explore [data-mark][value=interval]").uncheck()
    page.locator("#numbers th", has_text="Median").locator("button").click()
    before = _column(page, "#numbers", 5)
    page.reload()
    assert not _box(page, "study", "s2").is_checked()
    assert not page.locator("section#s2").is_visible()
    assert not _box(page, "contender", "velox").is_checked()
    assert page.locator("#metric").input_value() == "test_loss"
    assert page.locator("#only-metric").is_checked()
    assert page.locator("#charts .unit").first.text_content() == "logarithmic axis"
    assert page.locator("#charts .interval").count() == 0
    assert _column(page, "#numbers", 5) == before


def test_a_link_inside_the_page_keeps_what_was_chosen(open_report: Open) -> None:
    page = open_report("#explore?contender=pytorch").page
    page.locator("nav a", has_text="References").click()
    assert page.evaluate("location.hash") == "#references?contender=pytorch"
    page.go_back()
    assert page.evaluate("location.hash") == "#explore?contender=pytorch"
    assert not _box(page, "contender", "keras").is_checked()


@pytest.mark.parametrize(
    ("metric", "task"),
    [
        ("step_seconds", "turns"),
        ("latency_seconds[batch 1]", "prediction"),
        ("best_batch_samples_per_second", "prediction"),
    ],
)
def test_turns_and_latency_are_explored_too(open_report: Open, metric: str, task: str) -> None:
    page = open_report().page
    page.locator("#metric").select_option(metric)
    assert set(_column(page, "#numbers", 4)) == {task}
    assert page.locator("#charts circle").count() > 0


def _saved(page: Page, kind: str) -> tuple[str, list[dict[str, str]]]:
    """Press the button that saves a CSV; return the file's name and its rows."""
    with page.expect_download() as download:
        page.locator(f"#explore [data-csv={kind}]").click()
    text = download.value.path().read_text(encoding="utf-8")
    return download.value.suggested_filename, list(csv.DictReader(StringIO(text, newline="")))


def test_the_numbers_that_are_shown_are_saved_as_csv(open_report: Open) -> None:
    opened = open_report("#explore?metric=train_seconds&contender=velox,keras")
    page = opened.page
    page.locator("#numbers th", has_text="Median").locator("button").click()
    name, rows = _saved(page, "numbers")
    medians = _numbers(_column(page, "#numbers", 5))
    assert name == "train_seconds-numbers.csv"
    assert [float(row["median"]) for row in rows] == pytest.approx(medians, rel=0.01)
    assert {row["contender"] for row in rows} == {"velox", "keras"}
    assert {(row["metric"], row["unit"]) for row in rows} == {("train_seconds", "s")}
    assert opened.complaints == []


def test_the_samples_that_are_shown_are_saved_as_csv(open_report: Open, report_file: Path) -> None:
    query = "#explore?metric=train_seconds&study=s2&protocol=matched&contender=velox"
    _, rows = _saved(open_report(query).page, "samples")
    setting = Setting("s2", "mnist-cnn", "velox", "matched", "cpu", "train")
    measured = Measurements(load_run(report_file.parent)).of(setting, "train_seconds")
    assert [int(row["block"]) for row in rows] == list(measured.blocks)
    assert [float(row["value"]) for row in rows] == pytest.approx(measured.samples, rel=1e-4)


def test_a_saved_text_is_no_formula_and_stays_in_its_field(open_report: Open) -> None:
    """The page's own writer, given what no series of its has."""
    page = open_report().page
    script = page.locator("script[type=module]").inner_text()
    writer = script[script.index("const BEGINS_A_FORMULA") : script.index("const CSV_RECORDS")]
    writer += script[script.index("function csvOf") : script.index("// The explorer")]
    attacks = ["=1+1", "  @SUM(A1)", "\n-2", 'a "b", c', "plain", -2.5]
    text = page.evaluate(f"(records) => {{ {writer} return csvOf(records); }}",
                         [{"text": attack} for attack in attacks])  # fmt: skip
    (_, *lines) = csv.reader(StringIO(text, newline=""))
    assert [line[0] for line in lines] == [
        "'=1+1",
        "'  @SUM(A1)",
        "'\n-2",
        'a "b", c',
        "plain",
        "-2.5",
    ]


def test_an_address_that_makes_no_sense_does_no_harm(open_report: Open) -> None:
    opened = open_report("#%3Cb%3E?study=nobody&metric=none&scale=7&sort=x:y:z&theme=red")
    assert opened.complaints == []
    assert opened.page.locator("#nothing").is_visible()


def test_changes_are_told_to_those_who_listen(open_report: Open) -> None:
    page = open_report().page
    _box(page, "study", "s2").uncheck()
    status = page.locator("[role=status]").text_content() or ""
    shown, of, total = (status.split()[index] for index in (0, 1, 2))
    assert of == "of"
    assert 0 < int(shown) < int(total)
