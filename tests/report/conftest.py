"""Runs on disk: a plain one, made once, and a maker of special ones."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from report.document.document import Report, write_report
from report.document.numbering import figures
from report.elements.charts.files import render
from report.run.load import load_run
from report.run.records import Run
from tests.report.run_folder import RunFolder

MakeRun = Callable[..., Path]


@pytest.fixture(scope="session", autouse=True)
def own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep what reports draw with the tests, and not with the user's own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture
def make_run(tmp_path: Path) -> MakeRun:
    """Write a run's folder with the given knobs of RunFolder turned."""

    def make(**knobs: Any) -> Path:
        return RunFolder(tmp_path / "run", **knobs).write()

    return make


@pytest.fixture(scope="session")
def plain_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of four contenders in two repeats, in which nothing went wrong; not to be changed."""
    return RunFolder(tmp_path_factory.mktemp("plain") / "run").write()


@pytest.fixture(scope="session")
def plain_run(plain_dir: Path) -> Run:
    """The plain run, loaded."""
    return load_run(plain_dir)


@pytest.fixture(scope="session")
def plain_report(plain_run: Run) -> Report:
    """The plain run, told."""
    return write_report(plain_run)


@pytest.fixture(scope="session")
def pictures(plain_report: Report) -> dict[str, str]:
    """Its figures as SVG, by name."""
    return pictures_of(plain_report)


def pictures_of(report: Report) -> dict[str, str]:
    """Return a report's figures as SVG, by name."""
    return {one.name: render(one, ("svg",))["svg"].decode() for one in figures(report)}
