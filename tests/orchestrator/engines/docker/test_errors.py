"""What a Docker engine refuses is told as what it is, in the engine's own words."""

import pytest
import requests
from docker.errors import ContainerError, DockerException, ImageNotFound, NotFound

from orchestrator.engines import leftovers
from orchestrator.engines.docker.errors import explain, explained
from orchestrator.engines.docker.launcher import DockerLauncher
from orchestrator.engines.leftovers import end_containers
from orchestrator.errors import PlumblineError
from tests.contract.examples import contender_info, job
from tests.orchestrator.engines.docker.fake_client import ENGINE, FakeClient, api_error


@pytest.mark.parametrize(
    ("error", "cause", "remedy"),
    [
        (
            api_error(409, "the name is already in use"),
            "the container engine refused (409): the name is already in use",
            "docker ps --all",
        ),
        (api_error(403, "authorization denied by plugin"), "refused (403): auth", "permission"),
        (api_error(404, "No such image: a", ImageNotFound), "an image is missing", "make images"),
        (api_error(404, "No such container: a", NotFound), "refused (404): No such", "log"),
        (api_error(400, "invalid CPU set"), "refused (400): invalid CPU set", "engine's own log"),
        (api_error(500, "cgroups: broken"), "the container engine failed: cgroups", "own log"),
        (
            api_error(500, "write /var/lib/docker/x: no space left on device"),
            "the container engine's disk is full",
            "docker system df",
        ),
        (requests.ReadTimeout("60 s"), "does not answer in time", "--resume"),
        (requests.ConnectionError("refused"), "no container engine answers", "start it"),
        (DockerException("Connection aborted: Permission denied"), "may not use", "group `docker`"),
        (
            ContainerError(None, 1, "python", "image", b"Traceback\nImportError: numpy\n"),
            "exit code 1: ImportError: numpy",
            "make images",
        ),
        (ContainerError(None, 1, "python", "image", None), "it printed nothing", "make images"),
    ],
)
def test_an_error_is_told_as_what_it_is(error, cause, remedy):
    told = explain(error)

    assert cause in told.cause
    assert remedy in told.remedy


def test_a_full_disk_is_told_of_no_error_but_a_full_disk():
    for status in (400, 401, 403, 404, 409, 500, 503):
        told = explain(api_error(status, "something else"))
        assert "disk" not in told.cause + told.remedy


def test_the_task_that_failed_is_named():
    cause = "the image cannot be read: the container engine refused"
    with pytest.raises(PlumblineError, match=cause), explained("the image cannot be read"):
        raise api_error(409, "in use")


def test_an_error_of_this_machine_is_left_alone():
    with pytest.raises(OSError, match="No space left"), explained("the image cannot be read"):
        raise OSError(28, "No space left on device")


@pytest.mark.parametrize(
    "request_of",
    [
        lambda launcher, folder: launcher.check([contender_info()], "cpu"),
        lambda launcher, folder: launcher.identity(contender_info(), folder, "cpu"),
        lambda launcher, folder: launcher.image_bytes(contender_info(), "cpu"),
        lambda launcher, folder: launcher.inventory(contender_info(), "cpu"),
        lambda launcher, folder: launcher.start(job(), contender_info(), folder),
    ],
    ids=["check", "identity", "image_bytes", "inventory", "start"],
)
def test_no_error_of_docker_leaves_the_launcher_as_an_error_of_files(request_of, tmp_path):
    launcher = DockerLauncher(
        ENGINE, FakeClient(error=api_error(500, "broken")), tmp_path, "0" * 32
    )

    with pytest.raises(PlumblineError, match="the container engine failed: broken"):
        request_of(launcher, tmp_path / "run" / "jobs" / "job")


def test_leftovers_that_cannot_be_listed_are_told_as_what_they_are(monkeypatch):
    client = FakeClient(error=api_error(500, "broken"))
    monkeypatch.setattr(leftovers, "answering_engine", lambda: ENGINE)
    monkeypatch.setattr(leftovers, "connected", lambda url: client)

    with pytest.raises(
        PlumblineError, match="an earlier run cannot be removed: the container engine"
    ):
        end_containers("0" * 32)
