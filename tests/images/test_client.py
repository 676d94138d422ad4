"""Which docker client builds: the first on the PATH that has BuildKit."""

import os
from pathlib import Path

import pytest

from images.client import find_client
from images.layout import SetupError

ENGINE_ANSWERS = 'case "$1" in version) echo 20.10.24; exit 0;; esac'
ENGINE_IS_DOWN = 'case "$1" in version) echo "Cannot connect to the daemon" >&2; exit 1;; esac'
BUILDX = 'case "$1 $2" in "buildx version") echo v0.17;; "context show") echo desktop;; esac'
NO_BUILDX = 'case "$1" in buildx) exit 1;; esac'


def install(folder: Path, version: str, *behaviour: str) -> str:
    """Put a docker client of the given behaviour into a folder of its own."""
    folder.mkdir()
    client = folder / "docker"
    says_version = f'[ "$1" = --version ] && echo "Docker version {version}, build 0"'
    client.write_text("\n".join(["#!/bin/sh", says_version, *behaviour, "exit 0"]))
    client.chmod(0o755)
    return str(folder)


def test_a_new_client_with_buildx_builds_in_the_engine_of_its_context(tmp_path: Path) -> None:
    path = install(tmp_path / "a", "28.2.2", ENGINE_ANSWERS, BUILDX)
    client = find_client(path)
    assert client.build == ("buildx", "build", "--load", "--builder", "desktop")
    assert client.variables == {}


def test_an_old_client_has_buildkit_inside_and_is_told_to_use_it(tmp_path: Path) -> None:
    path = install(tmp_path / "a", "20.10.24+dfsg1", ENGINE_ANSWERS, NO_BUILDX)
    client = find_client(path)
    assert (client.version, client.build) == ("20.10.24+dfsg1", ("build",))
    assert client.variables == {"DOCKER_BUILDKIT": "1"}


def test_a_client_that_cannot_build_is_passed_over(tmp_path: Path) -> None:
    without = install(tmp_path / "a", "28.2.2", ENGINE_ANSWERS, NO_BUILDX)
    old = install(tmp_path / "b", "22.06.0", ENGINE_ANSWERS, NO_BUILDX)
    assert find_client(os.pathsep.join([without, old])).executable == Path(old, "docker")


def test_no_client_that_can_build_names_the_remedy(tmp_path: Path) -> None:
    without = install(tmp_path / "a", "23.0.1", ENGINE_ANSWERS, NO_BUILDX)
    with pytest.raises(SetupError, match=r"a/docker cannot build with BuildKit: install .*buildx"):
        find_client(without)


def test_no_client_at_all_names_the_script_that_installs_one(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match=r"no docker client on the PATH; .*start_engine\.sh"):
        find_client(str(tmp_path))


def test_an_engine_that_is_down_is_reported_in_its_own_words(tmp_path: Path) -> None:
    path = install(tmp_path / "a", "20.10.24", ENGINE_IS_DOWN, NO_BUILDX)
    with pytest.raises(SetupError, match=r"Cannot connect to the daemon; .*start_engine\.sh"):
        find_client(path)
