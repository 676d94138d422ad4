"""The page: one file, no network, one script, and whatever was typed stays text."""

import json
import re
from base64 import b64encode
from collections import Counter
from dataclasses import replace
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

import pytest

from contract.result import Failure
from report.compare.history import read_history
from report.document.document import Report, write_report
from report.document.numbering import figures
from report.elements.table import Cell, Group, Header, Table
from report.exporters.html.embedded import script_json
from report.exporters.html.page import Medium, render_html
from report.run.load import load_run
from tests.report.conftest import MakeRun, pictures_of
from tests.report.run_folder import STUDY_FILE

VOID = {"meta", "link", "br", "img", "hr", "input", "col"}
HOSTILE = "<script>alert(1)</script>\"'`<img src=x onerror=alert(1)>`$\\frac{$ -->"


class Page(HTMLParser):
    """Collects what a browser would act upon; fails on tags that do not nest."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: Counter[str] = Counter()
        self.ids: Counter[str] = Counter()
        self.attributes: list[tuple[str, str]] = []
        self.headings: list[int] = []
        self.feed(html)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        self.attributes += [(name, value or "") for name, value in attrs]
        self.ids.update(value for name, value in attrs if name == "id" and value)
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.fixture(scope="module")
def html(plain_report: Report, pictures: dict[str, str]) -> str:
    return render_html(plain_report, "screen", pictures)


@pytest.fixture(scope="module")
def page(html: str) -> Page:
    return Page(html)


def test_every_statement_has_an_anchor_that_readers_can_quote(
    page: Page, plain_report: Report
) -> None:
    judged = [found for chapter in plain_report.chapters for found in chapter.judged]
    assert [page.ids[found.statement.id] for found in judged] == [1] * len(judged)


def test_tags_nest_and_ids_are_unique(page: Page) -> None:
    assert [name for name, count in page.ids.items() if count > 1] == []


def test_nothing_is_fetched_and_no_attribute_runs(page: Page, html: str) -> None:
    assert page.tags["link"] == page.tags["img"] == page.tags["iframe"] == 0
    loading = ("src", "href", "xlink:href", "data", "action", "poster", "srcset")
    targets = [value for name, value in page.attributes if name in loading]
    assert targets
    assert all(value.startswith(("#", "jobs/", "development/")) for value in targets)
    assert not [name for name, _ in page.attributes if name.startswith("on")]
    assert all(match.startswith("#") for match in re.findall(r"url\(([^)]*)\)", html))
    assert "@import" not in html


def test_only_the_page_s_own_script_may_run(html: str) -> None:
    """The policy names the script by its hash, and allows no connection."""
    script = re.findall(r'<script type="module">(.*?)</script>', html, re.DOTALL)
    digest = b64encode(sha256(script[0].encode()).digest()).decode()
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', html)
    assert policy is not None
    assert "default-src 'none'" in policy[1]
    assert f"script-src 'sha256-{digest}'" in policy[1]
    assert "connect-src" not in policy[1]


def test_data_cannot_end_the_element_that_they_stand_in() -> None:
    hostile = {"a": "</script><script>alert(1)</script>", "b": "<!-- & -->"}
    text = script_json(hostile)
    assert not set("<>&") & set(text)
    assert json.loads(text) == hostile


def test_every_link_has_its_target(page: Page) -> None:
    links = {value for name, value in page.attributes if name == "href"}
    assert {link[1:] for link in links if link.startswith("#")} <= set(page.ids)


def test_every_file_that_a_link_leads_to_is_in_the_run_s_folder(
    page: Page, plain_dir: Path
) -> None:
    links = {value for name, value in page.attributes if name == "href"}
    files = {unquote(link) for link in links if not link.startswith("#")}
    assert files
    assert [file for file in files if not (plain_dir / file).is_file()] == []


def _with_links(report: Report) -> Report:
    """Return a report whose first table has a row that others lead to."""
    rows = (
        (Cell("row", anchor="s2.row"), Cell("shown", href="#s2.row")),
        (Cell("other"), Cell("left out", href="#samples")),
        (Cell("third"), Cell("a file", href="jobs/a/result.json")),
    )
    headers = (Header("Name"), Header("Link"))
    return replace(report, verdicts=Table("verdicts", "Links.", headers, (Group(rows),)))


def test_cells_lead_to_rows_and_to_files(plain_report: Report, pictures: dict[str, str]) -> None:
    html = render_html(_with_links(plain_report), "screen", pictures)
    assert '<tr id="s2.row"' in html
    for link in ("#s2.row", "#samples", "jobs/a/result.json"):
        assert f'<a href="{link}">' in html


def test_on_paper_links_lead_only_to_what_it_shows(plain_report: Report) -> None:
    html = render_html(_with_links(plain_report), "print")
    assert '<tr id="s2.row">' in html
    assert '<a href="#s2.row">shown</a>' in html
    for text in ("left out", "a file"):
        assert text in html
        assert f"{text}</a>" not in html


def test_headings_descend_one_level_at_a_time(page: Page) -> None:
    assert page.headings[0] == 1
    assert page.headings.count(1) == 1
    steps = [b - a for a, b in zip(page.headings, page.headings[1:], strict=False)]
    assert max(steps) == 1


def test_the_chapters_come_in_their_order(html: str) -> None:
    titles = re.findall(r"<h2[^>]*>([^<]+)</h2>", html)
    assert titles == [
        "What this run found",
        "Every ratio that was tested",
        "Which one should I use?",
        "Before you quote this",
        "The statements by study",
        "Contents",
        "Explore the numbers",
        "S2 · Performance Benchmarking of Machine Learning Workloads: A Comparative Study Using "
        "Velox&#39;s ML Functions, PyTorch, and TensorFlow",
        "The run",
        "Choosing a contender",
        "Environment and pins",
        "How each number was measured",
        "Jobs without a measurement",
        "Run it again",
        "References",
    ]


def test_figures_follow_the_colour_scheme(plain_report: Report, html: str) -> None:
    for colour in ("var(--ink)", "var(--muted)", "var(--line)"):
        assert f"fill: {colour}" in html or f"stroke: {colour}" in html
    assert "var(--ink)" not in render_html(plain_report, "print").split("</style>")[1]


def test_the_command_can_be_typed_again(html: str) -> None:
    assert "plumbline run s2 --profile quick --repeats 2" in html


@pytest.fixture
def hostile_report(make_run: MakeRun, tmp_path: Path) -> Report:
    """A run in which every free text attacks."""
    text = STUDY_FILE.read_text(encoding="utf-8")
    quoted = "'''" + HOSTILE.replace("'", "’") + "'''"
    text = re.sub(r'^(title|authors|question|place) = ".*"$', rf"\1 = {_raw(quoted)}", text,
                  flags=re.MULTILINE)  # fmt: skip
    study_file = tmp_path / "s2.toml"
    study_file.write_text(text, encoding="utf-8")
    failure = Failure(cause=HOSTILE, remedy=HOSTILE)
    path = make_run(
        study_file=study_file, failing={"velox": failure}, command=("run", HOSTILE), repeats=1
    )
    (path / "jobs" / "<b>").mkdir()
    return write_report(load_run(path))


def _raw(text: str) -> str:
    return text.replace("\\", "\\\\")


@pytest.mark.parametrize("medium", ["screen", "print"])
def test_hostile_text_stays_text(hostile_report: Report, medium: Medium) -> None:
    html = render_html(hostile_report, medium, pictures_of(hostile_report))
    page = Page(html)
    sources = {f"figure:{figure.name}" for figure in figures(hostile_report)}
    assert page.tags["b"] == 0
    assert page.tags["script"] == (2 if medium == "screen" else 0)
    assert ("onerror", "alert(1)") not in page.attributes
    assert {source for name, source in page.attributes if name == "src"} <= sources
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html


def test_words_between_backticks_become_code(html: str) -> None:
    assert "<code>--profile paper</code>" in html


def test_a_page_with_a_history_has_a_place_for_it(plain_dir: Path) -> None:
    among = read_history([plain_dir])
    page = Page(render_html(write_report(among.runs[-1], among), "print"))
    assert {"history", "versions"} <= set(page.ids)
    assert [name for name, count in page.ids.items() if count > 1] == []
