"""Which Python sets Plumbline up: the one that is named, else a fitting one of this machine."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from images.layout import ROOT

UNFIT = "#!/bin/sh\necho 'error: Plumbline needs CPython, and this is CPython 3.9.18' >&2\nexit 1\n"
FIT = f'#!/bin/sh\nexec "{sys.executable}" "$@"\n'


class Machine:
    """A checkout's set-up, and the programs that there are."""

    def __init__(self, folder: Path) -> None:
        self.checkout = folder / "check out"
        self.programs = folder / "bin"
        self.home = folder / "home"
        self.programs.mkdir()
        (self.checkout / "images").mkdir(parents=True)
        for name in ("__init__.py", "preconditions.py", "find_python.sh"):
            shutil.copy(ROOT / "images" / name, self.checkout / "images" / name)
        for name in ("sh", "dirname", "id"):
            (self.programs / name).symlink_to(str(shutil.which(name)))

    def install(self, program: str, text: str) -> str:
        path = self.programs / program
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        path.chmod(0o755)
        return str(path)

    def find(self, *named: str) -> tuple[int, str, str]:
        done = subprocess.run(
            [self.checkout / "images" / "find_python.sh", *named],
            env={"PATH": str(self.programs), "HOME": str(self.home)},
            capture_output=True,
            text=True,
            check=False,
        )
        return done.returncode, done.stdout.strip(), done.stderr


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_python3_is_taken_where_it_fits(machine: Machine) -> None:
    python = machine.install("python3", FIT)
    machine.install("python3.13", FIT)

    assert machine.find() == (0, python, "")


@pytest.mark.parametrize("version", ["3.13", "3.12", "3.11", "3.10"])
def test_another_on_the_path_is_taken_where_python3_does_not_fit(
    machine: Machine, version: str
) -> None:
    machine.install("python3", UNFIT)
    python = machine.install(f"python{version}", FIT)

    assert machine.find() == (0, python, "")


def test_one_of_pyenvs_is_taken_where_none_on_the_path_fits(machine: Machine) -> None:
    machine.install("python3", UNFIT)
    python = machine.install(f"{machine.home}/.pyenv/versions/3.12.1/bin/python", FIT)

    assert machine.find() == (0, python, "")


def test_one_of_uvs_is_taken_last(machine: Machine) -> None:
    machine.install("python3", UNFIT)
    python = machine.install(f"{machine.home}/managed/python", FIT)
    machine.install("uv", f'#!/bin/sh\n[ "$2 $5" = "find 3.12" ] && echo "{python}"\n')

    assert machine.find() == (0, python, "")


def test_uv_fetches_one_where_there_is_none_and_it_is_said(machine: Machine) -> None:
    machine.install("python3", UNFIT)
    python = machine.install(f"{machine.home}/managed/python", UNFIT)
    fetches = f"printf '%s' '{FIT}' > {python}"
    machine.install("uv", f'#!/bin/sh\n[ "$2" = install ] && {fetches}\necho "{python}"\n')

    code, found, told = machine.find()

    assert (code, found) == (0, python)
    assert "uv fetches Python 3.12" in told


def test_without_any_that_fits_it_is_said_why_and_what_to_do(machine: Machine) -> None:
    machine.install("python3", UNFIT)

    code, found, told = machine.find()

    assert (code, found) == (1, "")
    assert "this is CPython 3.9.18\nno fitting Python is on the PATH, in pyenv or in uv" in told


def test_what_no_python_would_mend_ends_the_search(machine: Machine) -> None:
    told = "error: Plumbline runs on Linux, and this is macOS"
    machine.install("python3", f"#!/bin/sh\necho '{told}' >&2\nexit 1\n")
    machine.install("uv", f"#!/bin/sh\necho called > {machine.checkout}/uv\n")

    assert machine.find() == (1, "", f"{told}\n")
    assert not (machine.checkout / "uv").exists()


def test_without_any_python_it_is_said_what_to_do(machine: Machine) -> None:
    code, _, told = machine.find()

    assert code == 1
    assert told.startswith("error: no Python is here\nno fitting Python is on the PATH")
    assert "remedy: install one" in told


def test_one_that_is_named_but_absent_is_not_replaced(machine: Machine) -> None:
    machine.install("python3", FIT)

    code, found, told = machine.find("/nowhere/python")

    assert (code, found) == (1, "")
    assert told.startswith("error: there is no Python at PYTHON=/nowhere/python; ")


def test_one_that_is_named_but_unfit_says_so_itself(machine: Machine) -> None:
    machine.install("python3", FIT)
    named = machine.install("old", UNFIT)

    assert machine.find(named) == (1, "", UNFIT.split("'")[1] + "\n")


def test_the_one_that_the_environments_are_made_with_comes_first(machine: Machine) -> None:
    machine.install("python3", FIT)
    environment = machine.checkout / ".environments" / "plumbline" / "bin" / "python"
    machine.install(str(environment), FIT)

    _, found, _ = machine.find()

    assert os.path.realpath(found) == os.path.realpath(sys._base_executable)  # type: ignore[attr-defined]
