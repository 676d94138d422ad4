"""A real browser, a real report, and pages that remember what went wrong on them."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from report.build import build_report
from tests.report.run_folder import STUDIES, RunFolder, add_turns

FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync")
LOAD_MILLISECONDS = 20_000


@dataclass
class Opened:
    """A page, and what happened on it that should not have."""

    page: Page
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    """Errors and warnings of the console, uncaught exceptions, dialogs."""

    def watch(self) -> None:
        """Note everything from now on."""
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", self._listen)
        self.page.on("dialog", self._dismiss)

    def _listen(self, message: Any) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(message.text)

    def _dismiss(self, dialog: Any) -> None:
        self.complaints.append(f"dialog: {dialog.message}")
        dialog.dismiss()


Open = Callable[..., Opened]


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Debian's chromium, with an empty profile."""
    chromium = shutil.which("chromium")
    assert chromium, "no chromium here; `make test` installs it"
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        yield opened
        opened.close()


@pytest.fixture(scope="package")
def report_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of two studies: six blocks of both protocols, and six of turns."""
    folder = RunFolder(
        tmp_path_factory.mktemp("browser") / "run",
        repeats=6,
        protocols=("published", "matched"),
        tasks=("verify", "train", "predict", "transfer", "mistakes"),
        develops=True,
        more_studies=(STUDIES / "s4-keras-pytorch.toml",),
    )
    path = folder.write()
    factors = (1.0, 1.01, 0.98, 1.02, 0.99, 1.03)
    calls = {"velox": 0.006, "pytorch": 0.01, "keras": 0.012}
    add_turns(path, {name: [call * factor for factor in factors] for name, call in calls.items()})
    (html,) = build_report(path, ("html",))
    return html


@pytest.fixture
def open_report(browser: Browser, report_file: Path) -> Iterator[Open]:
    """Open the report, or another file, at an address, in a context of its own."""
    contexts = []

    def open_at(address: str = "", *, file: Path = report_file, **options: Any) -> Opened:
        options = {"viewport": {"width": 1280, "height": 900}} | options
        contexts.append(browser.new_context(**options))
        opened = Opened(contexts[-1].new_page())
        opened.page.set_default_timeout(LOAD_MILLISECONDS)
        opened.watch()
        opened.page.goto(file.as_uri() + address)
        return opened

    yield open_at
    for context in contexts:
        context.close()
