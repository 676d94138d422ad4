"""How long an image took to build is written down, unless the engine had it in its cache."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from images import build
from images.client import Client


@pytest.fixture
def builds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(build, "BUILDS", tmp_path / "builds")
    return tmp_path / "builds" / "pytorch-cpu.json"


def client_of_an_image(folder: Path, finished_unix_seconds: float) -> Client:
    """Return a client that prints what an image's environment says of its installation."""
    record = {"install_seconds": 5.0, "finished_unix_seconds": finished_unix_seconds}
    executable = folder / "docker"
    executable.write_text(f"#!/bin/sh\necho '{json.dumps(record)}'\n")
    executable.chmod(0o755)
    return Client(executable, "28", ("build",))


def test_a_build_that_installed_its_environment_is_remembered(tmp_path: Path, builds: Path) -> None:
    client = client_of_an_image(tmp_path, finished_unix_seconds=1050)

    build.remember_build(client, "pytorch", "cpu", began_unix_seconds=1000, seconds=60)

    assert json.loads(builds.read_text()) == {"build_seconds": 60}


def test_a_build_from_the_engines_cache_leaves_the_last_real_one(
    tmp_path: Path, builds: Path
) -> None:
    client = client_of_an_image(tmp_path, finished_unix_seconds=1050)
    build.remember_build(client, "pytorch", "cpu", began_unix_seconds=1000, seconds=60)

    build.remember_build(client, "pytorch", "cpu", began_unix_seconds=2000, seconds=1)

    assert json.loads(builds.read_text()) == {"build_seconds": 60}
