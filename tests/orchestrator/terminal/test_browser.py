"""A page is opened once, in whatever browser the user has; without any, its place is said."""

import stat
import time

import pytest

from orchestrator.terminal.browser import Browser

SCREENS = ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER")


@pytest.fixture
def page(tmp_path, monkeypatch):
    for name in SCREENS:
        monkeypatch.delenv(name, raising=False)
    return tmp_path / "a report.html"


def shown(browser, page):
    said = []
    browser.show(page, said.append)
    return said


def test_without_a_screen_the_place_of_the_page_is_said_once(page):
    browser = Browser(is_wanted=True)

    assert shown(browser, page) == [f"no browser can be opened here: open {page} yourself"]
    assert shown(browser, page) == []


def test_nobody_who_did_not_ask_for_a_browser_is_told_of_it(page):
    assert shown(Browser(is_wanted=False), page) == []


def test_the_users_browser_gets_the_address_and_is_not_waited_for(page, tmp_path, monkeypatch):
    got, may_end = tmp_path / "got", tmp_path / "may-end"
    program = tmp_path / "browser"
    program.write_text(
        f'#!/bin/sh\necho "$1" > {got}.part\nmv {got}.part {got}\n'
        f"until [ -e {may_end} ]; do sleep 0.05; done\n"
    )
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("BROWSER", str(program))

    assert shown(Browser(is_wanted=True), page) == []

    until = time.monotonic() + 20
    while not got.exists() and time.monotonic() < until:
        time.sleep(0.01)
    may_end.touch()
    assert got.read_text().strip() == page.as_uri()
