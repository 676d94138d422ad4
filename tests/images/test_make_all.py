"""`make all` says which engine it takes; no run in containers follows a failed build."""

import os
import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

import pytest

from images.layout import ROOT

Outcome = tuple[int, str]
Make = Callable[..., Outcome]


@pytest.fixture
def make_all(tmp_path: Path) -> Make:
    """Run `make all` with programs that print their arguments and do nothing.

    Return the exit code and all that was printed.
    """

    def program(name: str, *lines: str) -> str:
        path = tmp_path / name
        shown = ["env | grep =/of/others", f'echo "{name} $*"']
        path.write_text("\n".join(["#!/bin/sh", *shown, *lines]))
        path.chmod(0o755)
        return str(path)

    def make_all(
        engine: str,
        engine_answers: bool = True,
        images_build: bool = True,
        options: Sequence[str] = (),
        environment: Mapping[str, str] = MappingProxyType({}),
        target: str = "all",
    ) -> Outcome:
        answers = f'case "$*" in "-m images.engine") exit {int(not engine_answers)};; esac'
        built = f'case "$*" in "-m images.build"*) exit {int(not images_build)};; esac'
        variables = [
            f"PYTHON={program('python', answers, built)}",
            f"BIN={tmp_path}",
            f"PLUMBLINE={program('plumbline')}",
            f"ENGINE={engine}",
        ]
        path = os.pathsep.join([str(tmp_path), os.environ["PATH"]])
        inherited = {name: value for name, value in os.environ.items() if "MAKE" not in name}
        done = subprocess.run(
            ["make", "-C", ROOT, target, *variables, *options],
            env=inherited | {"PATH": path} | environment,
            capture_output=True,
            text=True,
            check=False,
        )
        return done.returncode, done.stdout + done.stderr

    return make_all


def test_where_an_engine_answers_the_images_are_built_and_the_engine_is_left_to_choose(
    make_all: Make,
) -> None:
    code, printed = make_all("auto")

    assert code == 0
    assert printed.index("python -m images.build") < printed.index("plumbline run")
    assert "--engine auto" in printed


def test_where_no_engine_answers_the_study_runs_locally_and_says_so(make_all: Make) -> None:
    code, printed = make_all("auto", engine_answers=False)

    assert code == 0
    assert "images.build" not in printed
    assert "no container engine answers: the study runs in virtual environments" in printed
    assert "--engine local" in printed


def test_after_a_failed_build_the_study_runs_locally_and_says_so(make_all: Make) -> None:
    code, printed = make_all("auto", images_build=False)

    assert code == 0
    assert "no images, see above: the study runs in virtual environments" in printed
    assert "--engine local" in printed


def test_containers_that_were_asked_for_are_not_replaced_after_a_failed_build(
    make_all: Make,
) -> None:
    code, printed = make_all("docker", images_build=False)

    assert code != 0
    assert "plumbline run" not in printed


def test_a_local_study_builds_no_image(make_all: Make) -> None:
    code, printed = make_all("local")

    assert code == 0
    assert "images.build" not in printed
    assert "--engine local" in printed


def test_parallel_make_does_one_thing_after_the_other(make_all: Make) -> None:
    code, printed = make_all("local", options=("--jobs=4", "data", "study", "report"))

    assert code == 0
    steps = ["images.system_packages", "create plumbline", "data fetch", "plumbline run"]
    places = [printed.index(step) for step in (*steps, "plumbline report")]
    assert places == sorted(places)
    assert printed.count("images.system_packages") == 1


def test_a_python_that_is_not_there_is_told_before_anything_is_installed(make_all: Make) -> None:
    code, printed = make_all("local", options=("PYTHON=/nowhere/python",))

    assert code != 0
    assert "there is no Python at PYTHON=/nowhere/python" in printed
    assert "images." not in printed


@pytest.mark.parametrize(
    ("variable", "told"),
    [
        ("ENGINE=dockr", "ENGINE=dockr is not auto, docker or local"),
        ("ENGINE=", "ENGINE= is not auto, docker or local"),
        ("PROFILE=fast", "PROFILE=fast is not smoke, quick or paper"),
        ("STUDIES=s4 s9", "there is no study s9"),
    ],
)
@pytest.mark.parametrize("target", ["all", "plan", "study"])
def test_a_word_that_is_none_is_refused_before_anything_is_done(
    make_all: Make, variable: str, told: str, target: str
) -> None:
    code, printed = make_all("local", options=(variable,), target=target)

    assert code != 0
    assert f"error: {told}" in printed
    assert "images." not in printed
    assert "plumbline" not in printed.replace("/plumbline", "")


def test_studies_of_a_folder_of_the_users_are_known(make_all: Make, tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text('id = "mine"\n')

    code, printed = make_all(
        "local", options=("STUDIES=mine",), environment={"PLUMBLINE_STUDIES": str(tmp_path)}
    )

    assert code == 0
    assert "plumbline run mine" in printed


def test_no_program_is_led_to_other_modules_by_variables_of_python(make_all: Make) -> None:
    names = ("PYTHONHOME", "PYTHONPATH", "PYTHONPLATLIBDIR", "PYTHONSAFEPATH")

    code, printed = make_all("local", environment=dict.fromkeys(names, "/of/others"))

    assert code == 0
    assert "plumbline run" in printed
    assert "/of/others" not in printed
