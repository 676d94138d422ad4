"""Which engine builds and runs, what it is, and whose files its containers write."""

import os
from pathlib import Path

import pytest

from images.endpoint import EngineError
from images.engine import find_engine, main
from tests.images.engines import DOCKER, PODMAN, answering

CALLER = f"{os.getuid()}:{os.getgid()}"


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine on which nobody has chosen an engine."""
    for name in ("DOCKER_HOST", "DOCKER_CONTEXT", "DOCKER_CONFIG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_RUNTIME_DIR", "/run/user/7")
    monkeypatch.setenv("HOME", "/home/me")
    return tmp_path


def test_a_docker_of_root_runs_containers_as_the_caller(machine: Path) -> None:
    with answering(machine / "var/run/docker.sock") as url:
        found = find_engine(machine)

    assert (found.url, found.make, found.version) == (url, "Docker", "28.2.2")
    assert (found.rights, found.user, found.userns_mode) == ("rootful", CALLER, "")


@pytest.mark.parametrize(
    ("version", "info", "make"),
    [
        (DOCKER, {"SecurityOptions": ["name=seccomp,profile=default", "name=rootless"]}, "Docker"),
        (PODMAN, {"Rootless": True}, "Podman"),
    ],
    ids=["Docker", "Podman"],
)
def test_the_root_of_a_rootless_engine_is_the_caller(
    machine: Path, version: object, info: object, make: str
) -> None:
    with answering(machine / "var/run/docker.sock", version, info):
        found = find_engine(machine)

    assert (found.make, found.rights, found.user) == (make, "rootless", "0:0")


def test_an_engine_that_remaps_users_is_asked_not_to(machine: Path) -> None:
    with answering(machine / "var/run/docker.sock", info={"SecurityOptions": ["name=userns"]}):
        found = find_engine(machine)

    assert found.rights == "rootful, users remapped"
    assert (found.user, found.userns_mode) == (CALLER, "host")


@pytest.mark.parametrize(("enforcing", "suffix"), [("1", ",z"), ("0", "")])
def test_mounts_are_labelled_where_selinux_is_enforcing(
    machine: Path, enforcing: str, suffix: str
) -> None:
    (machine / "sys/fs/selinux").mkdir(parents=True)
    (machine / "sys/fs/selinux/enforce").write_text(enforcing)

    with answering(machine / "var/run/docker.sock"):
        assert find_engine(machine).volume_suffix == suffix


@pytest.mark.parametrize(
    "socket", ["run/user/7/docker.sock", "run/podman/podman.sock", "run/user/7/podman/podman.sock"]
)
def test_an_engine_is_found_wherever_it_listens_on_this_machine(machine: Path, socket: str) -> None:
    with answering(machine / socket) as url:
        assert find_engine(machine).url == url


def test_a_socket_that_nobody_listens_at_leads_to_the_next(machine: Path) -> None:
    with answering(machine / "var/run/docker.sock"):
        pass
    with answering(machine / "run/user/7/docker.sock") as url:
        assert find_engine(machine).url == url


def test_an_engine_that_was_chosen_is_never_replaced(
    machine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DOCKER_HOST", "unix:///nowhere/docker.sock")

    with (
        answering(machine / "var/run/docker.sock"),
        pytest.raises(EngineError, match=r"there is no unix:///nowhere/docker\.sock \(DOCKER_HOST"),
    ):
        find_engine(machine)


def test_an_engine_under_another_kernel_is_refused_with_the_reason(machine: Path) -> None:
    elsewhere = DOCKER | {"KernelVersion": "6.10.14-linuxkit"}

    with (
        answering(machine / "var/run/docker.sock", elsewhere),
        pytest.raises(EngineError, match=r"virtual machine .* kernel is 6\.10\.14-linuxkit, this"),
    ):
        find_engine(machine)


def test_an_engine_under_another_kernel_leads_to_the_next(machine: Path) -> None:
    with (
        answering(machine / "var/run/docker.sock", DOCKER | {"KernelVersion": "6.10-linuxkit"}),
        answering(machine / "run/podman/podman.sock", PODMAN) as url,
    ):
        assert find_engine(machine).url == url


@pytest.mark.parametrize("answer", [{}, [], "hello", None])
def test_what_answers_otherwise_than_an_engine_is_none(machine: Path, answer: object) -> None:
    with (
        answering(machine / "var/run/docker.sock", answer),
        pytest.raises(EngineError, match=r"docker\.sock answers otherwise than Docker and Podman"),
    ):
        find_engine(machine)


def test_an_engine_that_fails_is_told_with_what_it_answered(machine: Path) -> None:
    with (
        answering(machine / "var/run/docker.sock", info=503),
        pytest.raises(EngineError, match=r"docker\.sock: /info is answered with status 503"),
    ):
        find_engine(machine)


def test_without_any_engine_the_remedy_names_the_script_that_installs_one(machine: Path) -> None:
    with pytest.raises(EngineError, match="neither Docker nor Podman is here") as none:
        find_engine(machine)

    assert "images/start_engine.sh" in none.value.remedy


def test_whoever_may_not_use_the_socket_is_told_of_its_group(
    machine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("images.engine._get", refuse)

    with pytest.raises(EngineError, match=r"this user may not use .*docker\.sock") as forbidden:
        find_engine(machine)

    assert "join the group" in forbidden.value.remedy


def test_the_orchestrator_reads_the_cause_and_the_remedy_apart(
    machine: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DOCKER_HOST", "ssh://gpu7")

    assert main() == 1
    error, remedy = capsys.readouterr().err.splitlines()
    assert error.startswith("error: the container engine at ssh://gpu7 (DOCKER_HOST) is on another")
    assert remedy.startswith("remedy: ")
