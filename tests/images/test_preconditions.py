"""Where Plumbline cannot work, any Python says so in a sentence, before anything else."""

import ast
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from images import preconditions
from images.layout import ROOT
from images.preconditions import SUPPORTED, refusal

READ_BY_ANY_PYTHON = [
    ROOT / "images" / "preconditions.py",
    *(ROOT / package / "__init__.py" for package in ("images", "orchestrator", "benchmarks")),
]
PROGRAMS = ("images.environments", "images.build", "orchestrator", "benchmarks")


def pretend(
    monkeypatch: pytest.MonkeyPatch, system: str = "linux", version: str = "3.12.1"
) -> None:
    numbers = tuple(map(int, version.split(".")))
    monkeypatch.setattr(
        preconditions, "sys", SimpleNamespace(platform=system, version_info=numbers)
    )
    monkeypatch.setattr(preconditions.platform, "python_version", lambda: version)


@pytest.mark.parametrize("version", [".".join(map(str, v)) + ".0" for v in SUPPORTED])
def test_a_python_with_locked_wheels_is_fit(monkeypatch: pytest.MonkeyPatch, version: str) -> None:
    pretend(monkeypatch, version=version)
    assert refusal() is None


@pytest.mark.parametrize("version", ["2.7.18", "3.8.18", "3.9.18"])
def test_an_older_python_is_told_which_ones_are_fit(
    monkeypatch: pytest.MonkeyPatch, version: str
) -> None:
    pretend(monkeypatch, version=version)
    told = str(refusal())
    assert f"needs CPython 3.10, 3.11, 3.12 or 3.13, and this is CPython {version}: " in told
    assert "make PYTHON=" in told


def test_a_newer_python_is_told_what_has_no_wheels_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    pretend(monkeypatch, version="3.14.0")
    assert "this is CPython 3.14.0 (pyvelox 0.2.0, and pyarrow 19" in str(refusal())


def test_a_free_threaded_python_is_named_as_such(monkeypatch: pytest.MonkeyPatch) -> None:
    pretend(monkeypatch, version="3.13.1")
    monkeypatch.setattr(preconditions.sysconfig, "get_config_var", lambda _name: 1)
    assert "this is free-threaded CPython 3.13.1" in str(refusal())


@pytest.mark.parametrize(
    ("system", "remedy"), [("darwin", "Docker Desktop"), ("win32", "WSL2"), ("freebsd14", "Linux")]
)
def test_another_system_is_told_where_it_runs(
    monkeypatch: pytest.MonkeyPatch, system: str, remedy: str
) -> None:
    pretend(monkeypatch, system=system, version="3.9.0")
    told = str(refusal())
    assert told.startswith("Plumbline runs on Linux, and this is ")
    assert remedy in told
    assert "\n" not in told


def test_a_colon_in_the_path_is_refused_and_no_other_character() -> None:
    assert refusal("/home/u/Plumb line ü 日本/$a'b\"c") is None
    assert "/home/u/a:b to a path without one" in str(refusal("/home/u/a:b"))


def test_a_path_that_the_locale_cannot_read_is_refused() -> None:
    assert "set LC_ALL=C.UTF-8" in str(refusal("/home/\udcc3\udcbc"))


def test_the_project_declares_the_same_pythons() -> None:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    (first, limit) = re.findall(r'requires-python = ">=3\.(\d+),<3\.(\d+)"', text)[0]
    assert [(3, minor) for minor in range(int(first), int(limit))] == list(SUPPORTED)


@pytest.mark.parametrize("path", READ_BY_ANY_PYTHON, ids=lambda path: path.parent.name)
def test_what_any_python_reads_has_nothing_that_an_old_one_does_not_know(path: Path) -> None:
    text = path.read_text(encoding="ascii")
    new = (ast.JoinedStr, ast.AnnAssign, ast.NamedExpr, ast.Match, ast.AsyncFunctionDef)
    for node in ast.walk(ast.parse(text)):
        assert not isinstance(node, new), ast.dump(node)
        assert not (isinstance(node, ast.ImportFrom) and node.module == "__future__")
        assert not (isinstance(node, ast.FunctionDef) and node.returns)
        assert not (isinstance(node, ast.arg) and node.annotation)


def old_python(version: str) -> str:
    """Return a real one of this machine; skip the test where it has none."""
    versions = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"), "versions")
    places = [*map(str, versions.glob(f"{version}.*/bin/python")), f"python{version}"]
    for python in filter(None, map(shutil.which, places)):
        if subprocess.run([python, "-c", ""], capture_output=True, check=False).returncode == 0:
            return python
    pytest.skip(f"this machine has no Python {version}")


@pytest.mark.parametrize("version", ["2.7", "3.9"])
@pytest.mark.parametrize("program", PROGRAMS)
def test_a_real_old_python_says_a_sentence(program: str, version: str) -> None:
    command = [old_python(version), "-B", "-m", program]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith("error: Plumbline needs CPython 3.10"), done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("program", ["orchestrator", "benchmarks"])
def test_a_python_without_the_packages_is_told_whose_has_them(program: str) -> None:
    command = [sys.executable, "-S", "-B", "-m", program]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert " lacks the package " in done.stderr
    assert "remedy: run `make setup`" in done.stderr
