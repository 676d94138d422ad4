"""The page in a browser: complete by itself, on any screen, with a script or without."""

import shutil
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from contract.result import Failure
from report.build import build_report
from tests.report.browser.conftest import Open
from tests.report.run_folder import RunFolder

WIDE = {"width": 1560, "height": 900}
"""Room for the contents beside the chapters."""
PHONE = {"width": 360, "height": 740}
SERIOUS = ("serious", "critical")


def test_it_opens_from_disk_without_an_error_or_a_request(
    open_report: Open, report_file: Path
) -> None:
    opened = open_report()
    opened.page.locator("#explore").scroll_into_view_if_needed()
    opened.page.wait_for_selector("#charts .live-chart")
    assert opened.complaints == []
    assert opened.requests == [report_file.as_uri()]


def test_a_connection_would_be_refused_by_the_page_itself(open_report: Open) -> None:
    opened = open_report()
    outcome = opened.page.evaluate(
        "fetch('https://example.invalid/').then(() => 'sent', error => error.message)"
    )
    assert outcome != "sent"
    assert any("Content Security Policy" in complaint for complaint in opened.complaints)


def _unfold(page: Page) -> None:
    page.evaluate("document.querySelectorAll('details').forEach(box => box.open = true)")


def _sideways(page: Page) -> int:
    """Pixels by which the page is wider than its window."""
    size = "document.documentElement"
    return int(page.evaluate(f"{size}.scrollWidth - {size}.clientWidth"))


@pytest.mark.parametrize("script", [True, False])
def test_a_phone_never_scrolls_sideways(open_report: Open, script: bool) -> None:
    page = open_report(viewport=PHONE, java_script_enabled=script).page
    if script:
        _unfold(page)
    page.mouse.wheel(0, 5_000)
    assert _sideways(page) == 0


def test_without_a_script_everything_that_was_measured_can_be_read(open_report: Open) -> None:
    page = open_report(java_script_enabled=False).page
    for what in ("#answer h2", "#forest svg", "#facts table", "#s2-statements table"):
        assert page.locator(what).first.is_visible()
    page.locator("#s2-mnist-cnn summary", has_text="CNN on MNIST").click()
    assert page.locator("#s2-mnist-cnn-curves-matched-cpu svg").is_visible()
    page.locator("#s2-mnist-cnn summary", has_text="Everything that was measured").click()
    assert page.locator("#s2-mnist-cnn-measured-matched-cpu table").is_visible()


def test_without_a_script_nothing_is_offered_that_needs_one(open_report: Open) -> None:
    page = open_report(java_script_enabled=False).page
    for control in ("button", "select", "input"):
        assert page.locator(control).locator("visible=true").count() == 0
    assert not page.locator("#explore").is_visible()


def test_links_of_the_contents_lead_to_their_chapters(open_report: Open) -> None:
    page = open_report().page
    page.locator("nav a", has_text="References").click()
    assert page.locator("#references h2").is_visible()
    assert page.evaluate("scrollY") > 1000
    assert page.evaluate("location.hash") == "#references"


def _serious(page: Page, **options: object) -> list[str]:
    """What axe finds of that weight, each with the first element that it concerns."""
    violations = Axe().run(page, options={"resultTypes": ["violations"], **options}).response
    return [
        f"{found['id']}: {found['nodes'][0]['html'][:200]}"
        for found in violations["violations"]
        if found["impact"] in SERIOUS
    ]


def test_axe_finds_nothing_serious(open_report: Open) -> None:
    """WCAG, contrast included, with everything unfolded and figures drawn by the script."""
    page = open_report(viewport=WIDE).page
    _unfold(page)
    page.wait_for_selector("#charts .live-chart")
    assert _serious(page) == []


def test_axe_finds_enough_contrast_on_the_dark_page(open_report: Open) -> None:
    page = open_report(color_scheme="dark").page
    _unfold(page)
    page.wait_for_selector("#charts .live-chart")
    assert _serious(page, runOnly=["color-contrast"]) == []


def test_axe_finds_nothing_serious_on_a_filtered_phone(open_report: Open) -> None:
    page = open_report("#explore?study=s4&metric=train_seconds", viewport=PHONE).page
    page.wait_for_selector("#charts .live-chart")
    assert _serious(page) == []


def test_the_matter_is_reached_by_keyboard_first(open_report: Open) -> None:
    page = open_report().page
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "To the answer"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "theme"


def test_on_paper_there_are_figures_and_no_controls(open_report: Open) -> None:
    page = open_report().page
    page.wait_for_selector("#charts .live-chart")
    page.emulate_media(media="print")
    assert page.locator("#s2-mnist-cnn-curves-matched-cpu svg").is_visible()
    controls = page.locator("button:not(.sort), select, input, .live-chart")
    assert controls.locator("visible=true").count() == 0


BACKGROUND = "getComputedStyle(document.body).backgroundColor"
LIGHT, DARK = "rgb(255, 255, 255)", "rgb(22, 25, 29)"


@pytest.mark.parametrize(
    ("scheme", "first", "then"), [("light", LIGHT, DARK), ("dark", DARK, LIGHT)]
)
def test_the_page_is_as_dark_as_the_system_until_told_otherwise(
    open_report: Open, scheme: str, first: str, then: str
) -> None:
    page = open_report(color_scheme=scheme).page
    assert page.evaluate(BACKGROUND) == first
    page.locator("#theme").click()
    assert page.evaluate(BACKGROUND) == then
    page.reload()
    assert page.evaluate(BACKGROUND) == then


def test_without_a_script_the_page_is_as_dark_as_the_system(open_report: Open) -> None:
    page = open_report(color_scheme="dark", java_script_enabled=False).page
    assert page.evaluate(BACKGROUND) == DARK


@pytest.fixture(scope="module")
def partial_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of a run that was cut off: jobs failed, never began, or left half a file."""
    failure = Failure(cause="killed: out of memory", remedy="raise --memory")
    folder = tmp_path_factory.mktemp("partial") / "run"
    run = RunFolder(folder, failing={"velox": failure}, unequal=("keras",)).write()
    shutil.rmtree(next(run.glob("jobs/*tensorflow*train*repeat2")))
    next(run.glob("jobs/*pytorch*predict*repeat2")).joinpath("result.json").write_text("{")
    (html,) = build_report(run, ("html",))
    return html


def test_a_run_that_was_cut_off_says_why_its_cells_are_empty(
    open_report: Open, partial_file: Path
) -> None:
    opened = open_report(file=partial_file)
    page = opened.page
    assert opened.complaints == []
    velox = page.locator("#facts tr[data-contender=velox] td").first
    assert (velox.text_content() or "").strip().startswith("—")
    assert "no workload on which both" in page.locator("#facts .footnotes").inner_text()
    unmeasured = page.locator("#unmeasured").inner_text()
    assert "killed: out of memory" in unmeasured
    assert "raise --memory" in unmeasured


def test_the_first_screen_says_what_not_to_trust_and_leads_to_all_of_it(
    open_report: Open, partial_file: Path
) -> None:
    page = open_report(file=partial_file).page
    status = page.locator(".status")
    box = status.bounding_box()
    assert box is not None
    assert box["y"] + box["height"] < 900
    for title in ("failed the equivalence gate", "Some jobs gave no measurement"):
        assert title in status.inner_text()
    status.locator("a", has_text="cautions").click()
    warnings = page.locator("#warnings")
    assert "Few repeats" in warnings.inner_text()
    assert page.evaluate("scrollY") > 0


def test_a_wide_window_keeps_the_contents_in_sight(open_report: Open) -> None:
    page = open_report("#references", viewport=WIDE).page
    assert page.evaluate("scrollY") > 1000
    box = page.locator("nav").bounding_box()
    assert box is not None
    assert 0 <= box["y"] < WIDE["height"]
    chapter = page.locator("#references").bounding_box()
    assert chapter is not None
    assert box["x"] + box["width"] <= chapter["x"]
