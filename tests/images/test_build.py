"""An image is built where its sources changed, knows its commit, and how long it took."""

import errno
import json
import subprocess
from pathlib import Path

import pytest

from images import build
from images.base_image import BaseImages
from images.client import Client
from images.layout import SetupError
from tests.images.engines import engine


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
    return Client(engine(), "28", (executable,), ("build",))


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


def test_a_build_that_cannot_write_says_where(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> dict[str, Path]:
        raise PermissionError(errno.EACCES, "Permission denied", "/wheelhouse")

    monkeypatch.setattr(build, "context_files", refuse)
    client, base = client_of_an_image(tmp_path, 0), BaseImages("runtime", "builder")

    with pytest.raises(SetupError, match="/wheelhouse: Permission denied; let this user write"):
        build.build(client, base, "pytorch", "cpu", offline=False, fresh=False)


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a git repository with one commit of one file."""
    folder = tmp_path / "checkout"
    folder.mkdir()
    (folder / "a.py").write_text("x = 1")
    git(folder, "init", "--quiet")
    git(folder, "add", "a.py")
    identity = ("-c", "user.name=a", "-c", "user.email=a@b.c")
    git(folder, *identity, "commit", "--quiet", "--message", "One")
    monkeypatch.setattr(build, "ROOT", folder)
    return folder


def git(folder: Path, *arguments: str) -> str:
    command = ["git", "-C", folder, *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def test_the_commit_is_the_one_that_is_checked_out(checkout: Path) -> None:
    git(checkout, "tag", "v1")

    assert build.checked_out() == (git(checkout, "rev-parse", "HEAD"), "0")


def test_a_changed_file_makes_the_commit_dirty_and_an_untracked_one_does_not(
    checkout: Path,
) -> None:
    (checkout / "b.py").write_text("y = 1")
    assert build.checked_out()[1] == "0"
    (checkout / "a.py").write_text("x = 2")
    assert build.checked_out() == (git(checkout, "rev-parse", "HEAD"), "1")


def test_a_copy_without_git_has_no_commit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(build, "ROOT", tmp_path)

    assert build.checked_out() == ("", "")
