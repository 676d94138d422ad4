"""Where an engine is asked for: the endpoint that the user chose, as Docker's client reads it."""

import json
from hashlib import sha256
from pathlib import Path

import pytest

from images.endpoint import EngineError, endpoints

HERE = "unix:///run/here.sock"


def choose_context(home: Path, name: str, url: str, *, in_use: bool = False) -> None:
    """Write a context as `docker context create` does, and as `docker context use` does."""
    folder = home / ".docker" / "contexts" / "meta" / sha256(name.encode()).hexdigest()
    folder.mkdir(parents=True)
    described = {"Name": name, "Endpoints": {"docker": {"Host": url}}}
    (folder / "meta.json").write_text(json.dumps(described))
    if in_use:
        (home / ".docker" / "config.json").write_text(json.dumps({"currentContext": name}))


def chosen(home: Path, **variables: str) -> str:
    (endpoint,) = endpoints({"HOME": str(home), **variables})
    return str(endpoint)


def test_the_variable_goes_before_every_context(tmp_path: Path) -> None:
    choose_context(tmp_path, "other", "unix:///run/other.sock", in_use=True)

    found = chosen(tmp_path, DOCKER_HOST=HERE, DOCKER_CONTEXT="other")

    assert found == f"{HERE} (DOCKER_HOST)"


def test_the_context_of_the_variable_goes_before_the_one_in_use(tmp_path: Path) -> None:
    choose_context(tmp_path, "used", "unix:///run/used.sock", in_use=True)
    choose_context(tmp_path, "named", HERE)

    assert chosen(tmp_path, DOCKER_CONTEXT="named") == f"{HERE} (docker context named)"


def test_the_context_in_use_is_the_endpoint(tmp_path: Path) -> None:
    choose_context(tmp_path, "rootless", HERE, in_use=True)

    assert chosen(tmp_path) == f"{HERE} (docker context rootless)"


def test_docker_s_configuration_may_lie_elsewhere(tmp_path: Path) -> None:
    choose_context(tmp_path / "elsewhere", "used", HERE, in_use=True)

    found = chosen(tmp_path, DOCKER_CONFIG=str(tmp_path / "elsewhere" / ".docker"))

    assert found == f"{HERE} (docker context used)"


@pytest.mark.parametrize("context", ["", "default"])
def test_where_nothing_is_chosen_every_socket_of_this_machine_is_a_candidate(
    tmp_path: Path, context: str
) -> None:
    variables = {"DOCKER_CONTEXT": context, "XDG_RUNTIME_DIR": "/run/user/7", "HOME": "/home/me"}

    found = [endpoint.url for endpoint in endpoints(variables, Path("/"))]

    assert found == [
        "unix:///var/run/docker.sock",
        "unix:///run/user/7/docker.sock",
        "unix:///home/me/.docker/run/docker.sock",
        "unix:///run/podman/podman.sock",
        "unix:///run/user/7/podman/podman.sock",
    ]


def test_a_context_that_does_not_exist_is_named(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="docker context gone is chosen and cannot be read") as no:
        chosen(tmp_path, DOCKER_CONTEXT="gone")

    assert "docker context ls" in no.value.remedy


def test_a_configuration_that_is_damaged_is_named(tmp_path: Path) -> None:
    (tmp_path / ".docker").mkdir()
    (tmp_path / ".docker" / "config.json").write_text("{")

    with pytest.raises(EngineError, match=r"\.docker/config\.json cannot be read"):
        chosen(tmp_path)


@pytest.mark.parametrize("url", ["ssh://me@gpu7", "tcp://gpu7:2376", "tcp://192.0.2.1:2375"])
def test_an_engine_on_another_machine_is_refused_with_the_reason(tmp_path: Path, url: str) -> None:
    with pytest.raises(
        EngineError, match="is on another machine: its containers see no data"
    ) as no:
        chosen(tmp_path, DOCKER_HOST=url)

    assert f"{url} (DOCKER_HOST)" in no.value.cause
    assert "unset DOCKER_HOST" in no.value.remedy


def test_an_engine_behind_a_port_of_this_machine_is_asked(tmp_path: Path) -> None:
    assert chosen(tmp_path, DOCKER_HOST="tcp://127.0.0.1:2375").startswith("tcp://127.0.0.1:2375")


@pytest.mark.parametrize("url", ["tcp://[::1", "tcp://[localhost]:2375"])
def test_an_address_that_cannot_be_read_is_refused_with_the_reason(
    tmp_path: Path, url: str
) -> None:
    choose_context(tmp_path, "typo", url)

    for variables in ({"DOCKER_HOST": url}, {"DOCKER_CONTEXT": "typo"}):
        with pytest.raises(EngineError, match="is no address: ") as no:
            chosen(tmp_path, **variables)
        assert "unset DOCKER_HOST" in no.value.remedy


def test_what_is_no_address_on_linux_is_called_that(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="is no address of an engine on Linux"):
        chosen(tmp_path, DOCKER_HOST="npipe:////./pipe/docker_engine")
