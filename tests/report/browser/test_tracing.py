"""From a number to its samples in two clicks, and from a sample to the result of its job."""

import json
from pathlib import Path
from urllib.parse import unquote, urlparse

import pytest
from playwright.sync_api import Locator, Page

from report.vocabulary.numbers import rounded
from tests.report.browser.conftest import Open

PREDICTION = "s2.mnist-cnn.velox.matched.cpu.turns.predict_100_turn_seconds"


def _with_id(page: Page, name: str) -> Locator:
    return page.locator(f"[id='{name}']")


def test_a_number_leads_to_its_samples_and_a_sample_to_its_job(
    open_report: Open, report_file: Path
) -> None:
    opened = open_report()
    page = opened.page
    samples = _with_id(page, f"samples-{PREDICTION}")
    assert not samples.is_visible()

    _with_id(page, PREDICTION).get_by_role("link", name="6 samples").click()
    assert samples.is_visible()
    assert page.evaluate("location.hash") == f"#samples-{PREDICTION}"
    shown = samples.locator("tr:not(.group) td:nth-child(2) .value").all_inner_texts()

    samples.get_by_role("link", name="result.json").nth(2).click()
    page.wait_for_url("**/result.json")
    path = Path(unquote(urlparse(page.url).path))
    result = json.loads(path.read_text(encoding="utf-8"))
    assert path.is_relative_to(report_file.parent)
    assert result["job"]["repeat"] == 3
    assert rounded(result["turns"]["predict_100_turn_seconds"][0]) == shown[2]
    assert opened.complaints == []


def test_every_finding_leads_over_its_statement_and_its_numbers_to_results(
    open_report: Open, report_file: Path
) -> None:
    opened = open_report()
    page = opened.page
    found = page.locator(".findings li").all()
    assert len(found) > 1
    for finding in found:
        finding.get_by_role("link", name="Evidence").click()
        statement = _with_id(page, page.evaluate("location.hash.slice(1)"))
        assert statement.is_visible()
        statement.locator("td:nth-child(4) a").click()
        number = _with_id(page, page.evaluate("location.hash.slice(1)"))
        assert number.is_visible()
        number.get_by_role("link", name="sample").click()
        samples = _with_id(page, page.evaluate("location.hash.slice(1)"))
        assert samples.is_visible()
        file = samples.locator("td:last-child a").first.get_attribute("href")
        assert file is not None
        assert (report_file.parent / unquote(file)).is_file()
    assert opened.complaints == []


def test_every_row_of_the_plot_leads_to_its_statement(open_report: Open) -> None:
    page = open_report().page
    links = page.locator("#forest svg a").evaluate_all(
        "all => all.map(a => a.getAttribute('xlink:href'))"
    )
    assert links
    for link in links:
        assert _with_id(page, link[1:]).is_visible()


@pytest.mark.parametrize("script", [True, False])
def test_an_address_of_samples_unfolds_them(open_report: Open, script: bool) -> None:
    page = open_report(f"#samples-{PREDICTION}", java_script_enabled=script).page
    box = _with_id(page, f"samples-{PREDICTION}").bounding_box()
    assert box is not None
    assert -1 < box["y"] < 900


def test_the_explorer_leads_to_the_samples_of_a_statement(open_report: Open) -> None:
    page = open_report("#explore?metric=predict_100_turn_seconds&contender=velox").page
    page.locator("#numbers").get_by_role("link", name="6").click()
    assert _with_id(page, f"samples-{PREDICTION}").is_visible()


@pytest.mark.parametrize("way", ["Enter", "click"])
def test_a_row_of_a_chart_leads_to_its_samples(open_report: Open, way: str) -> None:
    opened = open_report("#explore?metric=predict_100_turn_seconds&contender=velox")
    row = opened.page.locator("#charts [role=listitem]").first
    row.press("Enter") if way == "Enter" else row.click()
    assert _with_id(opened.page, f"samples-{PREDICTION}").is_visible()
    assert opened.complaints == []


def test_every_link_of_every_row_has_its_target(open_report: Open, report_file: Path) -> None:
    page = open_report().page
    links = page.locator("main tbody a").evaluate_all("all => all.map(a => a.getAttribute('href'))")
    ids = set(page.locator("[id]").evaluate_all("all => all.map(element => element.id)"))
    inside = {link[1:] for link in links if link.startswith("#")}
    files = {unquote(link) for link in links if not link.startswith("#")}
    assert inside
    assert inside <= ids
    assert files
    assert [file for file in files if not (report_file.parent / file).is_file()] == []
