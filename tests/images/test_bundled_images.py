"""Images travel in a bundle from one engine to another, and are taken for no other source."""

import gzip
from pathlib import Path

import pytest

from images import bundled_images, tags
from images.bundled_images import archive_path, save_images, take_bundled
from images.client import Client
from images.engine import START_ENGINE
from images.layout import SetupError
from tests.images.engines import engine


@pytest.fixture
def client(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Client:
    """A client of an engine that keeps one label in a file, by image; a load brings today's."""
    (tmp_path / "labels").mkdir()
    program = tmp_path / "docker"
    program.write_text(
        "#!/bin/sh\n"
        f"cd {tmp_path}/labels\n"
        'case "$1 $2" in\n'
        '"image inspect") eval reference="\\${$#}"; cat "${reference##*/}" ;;\n'
        '"load --quiet") echo today > pytorch:latest; echo "$*" > ../loaded ;;\n'
        '*) echo "$*" ;;\n'
        "esac\n"
    )
    program.chmod(0o755)
    client = Client(engine(), "28", (program,), ("build",))
    monkeypatch.setattr(tags, "source_sha256", lambda files, device: "today")
    monkeypatch.setattr(bundled_images, "WHEELHOUSE", tmp_path)
    monkeypatch.setattr(bundled_images, "find_engine", lambda: client.engine)
    monkeypatch.setattr(bundled_images, "find_client", lambda engine: client)
    monkeypatch.setattr(bundled_images, "contenders", lambda: ["pytorch", "velox"])
    return client


def label(tmp_path: Path, **sources: str) -> None:
    for name, source in sources.items():
        (tmp_path / "labels" / f"{name}:latest").write_text(source)


def test_the_images_of_this_source_are_saved_and_no_others(
    client: Client, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    label(tmp_path, pytorch="today", velox="yesterday")

    archive = save_images(tmp_path, "cpu")

    assert archive is not None
    assert gzip.decompress(archive.read_bytes()) == b"save plumbline/pytorch:latest\n"
    assert "only plumbline/pytorch:latest, `make images` builds all" in capsys.readouterr().out


def test_without_an_engine_there_are_none_and_the_reason_is_told(
    client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    def none() -> None:
        raise SetupError(f"no container engine answers; {START_ENGINE}")

    monkeypatch.setattr(bundled_images, "find_engine", none)

    assert save_images(tmp_path, "cpu") is None
    assert "none: no container engine answers" in capsys.readouterr().out


def test_images_that_came_with_a_bundle_are_loaded_and_need_no_build(
    client: Client, tmp_path: Path
) -> None:
    archive_path("cpu").touch()

    left = take_bundled(client, ["pytorch", "velox"], "cpu")

    assert left == ["velox"]
    assert (tmp_path / "loaded").read_text().endswith(f"--input {archive_path('cpu')}\n")


def test_images_that_are_loaded_already_are_not_loaded_again(
    client: Client, tmp_path: Path
) -> None:
    archive_path("cpu").touch()
    label(tmp_path, pytorch="today")

    assert take_bundled(client, ["pytorch"], "cpu") == []
    assert not (tmp_path / "loaded").exists()


def test_where_no_bundle_brought_images_all_are_left_to_build(
    client: Client, tmp_path: Path
) -> None:
    label(tmp_path, pytorch="today")

    assert take_bundled(client, ["pytorch", "velox"], "cpu") == ["pytorch", "velox"]
