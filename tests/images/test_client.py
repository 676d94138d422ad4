"""Which client builds: the first on the PATH that can, in the engine that jobs will run in."""

import os
import subprocess
from pathlib import Path

import pytest

from images.client import Client, find_client
from images.layout import SetupError
from tests.images.engines import engine

ENGINE = engine("unix:///run/some.sock")
PODMAN = engine("unix:///run/podman.sock", "Podman")
BUILDX = 'case "$1 $2" in "buildx version") echo v0.17;; esac'
NO_BUILDX = 'case "$1" in buildx) exit 1;; esac'
SHOWS_ENDPOINT = 'echo "$DOCKER_HOST $DOCKER_BUILDKIT $*"'


def install(folder: Path, says_version: str, *behaviour: str, name: str = "docker") -> str:
    """Put a client of the given behaviour into a folder of its own."""
    folder.mkdir()
    client = folder / name
    version = f'[ "$1" = --version ] && echo "{says_version}" && exit'
    client.write_text("\n".join(["#!/bin/sh", version, *behaviour, "exit 0"]))
    client.chmod(0o755)
    return str(folder)


def shown(client: Client) -> str:
    """Return the endpoint and the arguments that a build is started with."""
    command = [*client.command, *client.build]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def test_a_new_client_with_buildx_builds_inside_the_engine_of_the_jobs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DOCKER_HOST", "unix:///run/another.sock")
    path = install(tmp_path / "a", "Docker version 28.2.2, build 0", BUILDX, SHOWS_ENDPOINT)

    client = find_client(ENGINE, path)

    assert shown(client) == "unix:///run/some.sock  buildx build --load --builder default"


def test_an_old_client_has_buildkit_inside_and_is_told_to_use_it(tmp_path: Path) -> None:
    version = "Docker version 20.10.24+dfsg1, build 0"
    path = install(tmp_path / "a", version, NO_BUILDX, SHOWS_ENDPOINT)

    client = find_client(ENGINE, path)

    assert client.version == "20.10.24+dfsg1"
    assert shown(client) == "unix:///run/some.sock 1 build"


def test_a_client_that_cannot_build_is_passed_over(tmp_path: Path) -> None:
    without = install(tmp_path / "a", "Docker version 28.2.2, build 0", NO_BUILDX)
    old = install(tmp_path / "b", "Docker version 22.06.0, build 0", NO_BUILDX)

    found = find_client(ENGINE, os.pathsep.join([without, old]))

    assert found.command[-1] == Path(old, "docker")


def test_podman_in_docker_s_clothes_is_no_docker_client(tmp_path: Path) -> None:
    disguised = install(tmp_path / "a", "podman version 4.3.1", NO_BUILDX)

    with pytest.raises(SetupError, match="a/docker cannot build with BuildKit"):
        find_client(ENGINE, disguised)


def test_podman_is_built_with_by_its_own_client(tmp_path: Path) -> None:
    docker = install(tmp_path / "a", "Docker version 28.2.2, build 0", BUILDX)
    podman = install(tmp_path / "b", "podman version 4.3.1", 'echo "$*"', name="podman")

    client = find_client(PODMAN, os.pathsep.join([docker, podman]))

    assert client.version == "4.3.1"
    assert shown(client) == "--url unix:///run/podman.sock build"


def test_podman_without_its_client_names_the_package(tmp_path: Path) -> None:
    docker = install(tmp_path / "a", "Docker version 28.2.2, build 0", BUILDX)

    with pytest.raises(SetupError, match=r"is Podman, and no podman is on the PATH .*install"):
        find_client(PODMAN, docker)


def test_no_client_that_can_build_names_the_remedy(tmp_path: Path) -> None:
    without = install(tmp_path / "a", "Docker version 23.0.1, build 0", NO_BUILDX)

    with pytest.raises(SetupError, match=r"a/docker cannot build with BuildKit: install .*buildx"):
        find_client(ENGINE, without)


def test_no_client_at_all_names_the_script_that_installs_one(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match=r"no docker client on the PATH; .*start_engine\.sh"):
        find_client(ENGINE, str(tmp_path))


@pytest.mark.parametrize("printed", ["sha256:12ab", "12ab"], ids=["Docker", "Podman"])
def test_an_image_has_the_same_id_in_every_engine(tmp_path: Path, printed: str) -> None:
    path = install(tmp_path / "a", "Docker version 20.10.24, build 0", NO_BUILDX, f"echo {printed}")

    assert find_client(ENGINE, path).image_id("some/image") == "sha256:12ab"


def test_what_an_engine_refuses_is_told_in_its_own_words(tmp_path: Path) -> None:
    refuses = 'echo "Error: toomanyrequests" >&2; exit 1'
    path = install(tmp_path / "a", "Docker version 20.10.24, build 0", NO_BUILDX, refuses)

    with pytest.raises(SetupError, match="Docker could not pull: Error: toomanyrequests; wait"):
        find_client(ENGINE, path).ask("pull", "some/image", remedy="wait")
