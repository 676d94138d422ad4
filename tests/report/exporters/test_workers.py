"""Processes that work for the report: each content is made once, and a failure is told."""

import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

import psutil
import pytest

from report.exporters import workers as module
from report.exporters.cache import Cache
from report.exporters.pictures import Picture
from report.exporters.print_job import PrintJob
from report.exporters.workers import MISSING, Contents, MissingLibraryError, Work, Workers, result


@dataclass(frozen=True)
class Tally(Work):
    """Leaves a trace whenever it is done."""

    library: ClassVar = "matplotlib"
    code: ClassVar = "exporters/cache.py"

    trace: Path
    text: str = "text"
    kinds: tuple[str, ...] = field(default=("svg",), repr=False)

    def do(self) -> Contents:
        with self.trace.open("a") as file:
            file.write("x")
        return {kind: f"{kind} of {self.text}".encode() for kind in self.kinds}


@dataclass(frozen=True)
class OtherCode(Tally):
    code: ClassVar = "exporters/csv.py"


@dataclass(frozen=True)
class Killed(Tally):
    def do(self) -> Contents:
        os.kill(os.getpid(), signal.SIGKILL)
        return {}


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    return Cache(tmp_path / "cache")


@pytest.fixture
def trace(tmp_path: Path) -> Path:
    return tmp_path / "trace"


def test_files_are_there_when_the_context_is_left(
    cache: Cache, trace: Path, tmp_path: Path
) -> None:
    paths = {kind: tmp_path / f"a.{kind}" for kind in ("pdf", "png")}
    with Workers(cache) as workers:
        workers.write(Tally(trace, kinds=("pdf", "png")), paths)
    assert [path.read_text() for path in paths.values()] == ["pdf of text", "png of text"]


def test_what_was_done_before_is_not_done_again(
    cache: Cache, trace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor is a process started for it."""
    with Workers(cache) as workers:
        first = result(workers.begin(Tally(trace)))
    monkeypatch.delattr(module, "ProcessPoolExecutor")
    with Workers(cache) as workers:
        assert result(workers.begin(Tally(trace))) == first
    assert trace.read_text() == "x"


def test_a_kind_that_is_missing_is_made(cache: Cache, trace: Path) -> None:
    with Workers(cache) as workers:
        result(workers.begin(Tally(trace)))
        both = result(workers.begin(Tally(trace, kinds=("svg", "pdf"))))
    assert both == {"svg": b"svg of text", "pdf": b"pdf of text"}


def test_other_content_other_code_other_key(trace: Path) -> None:
    works = (Tally(trace), Tally(trace, "other"), OtherCode(trace))
    assert len({work.keys["svg"] for work in works}) == 3
    assert Tally(trace).keys == Tally(trace).keys


def test_another_version_of_the_library_is_another_key(
    trace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = Tally(trace).keys
    monkeypatch.setattr(module, "version", lambda library: "0")
    module._maker.cache_clear()
    assert Tally(trace).keys != before
    module._maker.cache_clear()


@dataclass(frozen=True)
class LacksAFont(Tally):
    def do(self) -> Contents:
        return {**super().do(), MISSING: "日本".encode()}


def test_what_lacks_a_font_is_said_and_made_anew_the_next_time(cache: Cache, trace: Path) -> None:
    for times in ("x", "xx"):
        with Workers(cache) as workers:
            workers.write(LacksAFont(trace), {"svg": trace.with_suffix(".svg")})
            workers.write(Tally(trace.with_name("other")), {"svg": trace.with_suffix(".other")})
        assert workers.missing_characters == {"日", "本"}
        assert trace.read_text() == times


def test_a_process_that_was_killed_is_told(cache: Cache, trace: Path) -> None:
    with pytest.raises(OSError, match="was killed; is there enough memory"), Workers(cache) as w:
        w.write(Killed(trace), {"svg": trace})


@dataclass(frozen=True)
class Endless(Tally):
    def do(self) -> Contents:
        self.trace.write_text(f"{os.getpid()}\n")
        time.sleep(600)
        return {}


def test_no_process_outlives_one_that_was_killed(tmp_path: Path) -> None:
    trace = tmp_path / "pid"
    begin = (
        "from pathlib import Path\n"
        "from tests.report.exporters.test_workers import Cache, Endless, Workers\n"
        f"Workers(Cache(Path({str(tmp_path)!r}))).begin(Endless(Path({str(trace)!r}))).result()"
    )
    with subprocess.Popen([sys.executable, "-c", begin]) as command:
        worker = psutil.Process(int(_first_line(trace)))
        command.kill()

    worker.wait(20)


def _first_line(path: Path) -> str:
    """Wait until a file has a line; return it."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        if path.exists() and "\n" in (text := path.read_text()):
            return text
        time.sleep(0.01)
    raise TimeoutError(path)


@dataclass(frozen=True)
class OfAMissingLibrary(Tally):
    library: ClassVar = "no_such_library"


def test_where_a_library_is_missing_all_else_is_written_before_that_is_said(
    cache: Cache, trace: Path, tmp_path: Path
) -> None:
    missing, there = tmp_path / "missing.svg", tmp_path / "there.svg"
    missing.write_text("of an earlier report")

    def write_both() -> None:
        with Workers(cache) as workers:
            workers.write(OfAMissingLibrary(trace), {"svg": missing})
            workers.write(Tally(trace), {"svg": there})

    with pytest.raises(MissingLibraryError, match="no_such_library is not installed"):
        write_both()

    assert there.exists()
    assert not missing.exists()


def test_weasyprint_that_cannot_be_loaded_is_told_in_a_line_and_prints_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = "print('How to install Pango: …')\nraise OSError('cannot load Pango\\nand so on')"
    (tmp_path / "weasyprint.py").write_text(broken)
    monkeypatch.syspath_prepend(str(tmp_path))
    for loaded in [name for name in sys.modules if name.startswith("weasyprint")]:
        monkeypatch.delitem(sys.modules, loaded)
    monkeypatch.delitem(sys.modules, "report.exporters.pdf_worker", raising=False)

    with pytest.raises(
        MissingLibraryError, match=r"^WeasyPrint cannot be loaded: cannot load Pango$"
    ):
        PrintJob("<p>", ()).do()

    assert capsys.readouterr().out == ""


def test_an_error_leaves_no_file_and_ends_at_once(
    cache: Cache, trace: Path, tmp_path: Path
) -> None:
    def fail() -> None:
        with Workers(cache) as workers:
            workers.write(Tally(trace), {"svg": tmp_path / "a.svg"})
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert not (tmp_path / "a.svg").exists()


def test_the_code_that_draws_and_prints_is_known() -> None:
    """Else a picture would outlive the code that drew it."""
    for work, names in ((Picture, {"bars.py", "layout.py", "text_metrics.py"}),
                        (PrintJob, {"pdf_worker.py"})):  # fmt: skip
        found = {path.name for path in Path(module.__file__).parents[1].glob(work.code)}
        assert names <= found
