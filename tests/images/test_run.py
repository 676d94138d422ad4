"""One container by itself runs in the engine that builds, and writes as whoever called it."""

from dataclasses import replace
from pathlib import Path

import pytest

from images import run
from images.client import find_client
from images.endpoint import EngineError
from images.engine import Engine
from tests.images.engines import engine
from tests.images.test_client import BUILDX, install

ENGINE = engine()
PRINTS = 'case "$1" in run) echo "$DOCKER_HOST: $*"; exit 3;; image) echo "sha256:1";; esac'
HAS_NO_IMAGE = 'case "$1" in image) exit 1;; esac'


@pytest.fixture
def called(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]):
    """Call it with a client of some behaviour; return the exit code, and what was printed."""

    def call(*arguments: str, found: Engine = ENGINE, behaves: str = PRINTS) -> tuple[int, str]:
        path = install(tmp_path / "client", "Docker version 28.2.2, build 0", BUILDX, behaves)
        monkeypatch.setattr(run, "find_engine", lambda: found)
        monkeypatch.setattr(run, "find_client", lambda engine: find_client(engine, path))
        monkeypatch.setattr(run, "_OUTPUT", tmp_path / "out")
        monkeypatch.setenv("PLUMBLINE_DATA", str(tmp_path / "data"))
        code = run.main(arguments)
        printed = capfd.readouterr()
        return code, printed.out + printed.err

    return call


def test_it_runs_in_the_engine_that_builds_and_its_exit_code_is_the_container_s(
    called, tmp_path: Path
) -> None:
    code, printed = called("pytorch", "mnist-cnn", "--epochs", "1")

    assert code == 3
    assert printed == (
        f"unix:///run/some.sock: run --rm --user 1000:1000 --volume {tmp_path}/data:/data:ro "
        f"--volume {tmp_path}/out:/out:rw plumbline/pytorch:latest mnist-cnn --epochs 1\n"
    )


def test_remapped_users_and_labels_are_seen_to(called) -> None:
    found = replace(ENGINE, userns_mode="host", volume_suffix=",z")

    _, printed = called("pytorch", found=found)

    assert "--userns host" in printed
    assert "/data:ro,z" in printed
    assert "/out:rw,z" in printed


def test_an_image_that_is_not_built_is_asked_for(called) -> None:
    code, printed = called("velox", behaves=HAS_NO_IMAGE)

    assert code == 1
    assert printed == "error: Docker has no image plumbline/velox:latest: run `make images`\n"


@pytest.mark.parametrize("arguments", [(), ("numpy",)])
def test_an_unknown_name_is_answered_with_those_that_there_are(called, arguments) -> None:
    code, printed = called(*arguments)

    assert code == 2
    assert printed == "error: name an image: pytorch, tensorflow, velox\n"


def test_without_an_engine_cause_and_remedy_are_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def none() -> Engine:
        raise EngineError("no container engine answers", "start it")

    monkeypatch.setattr(run, "find_engine", none)

    assert run.main(["pytorch"]) == 1
    assert capsys.readouterr().err == "error: no container engine answers; start it\n"
