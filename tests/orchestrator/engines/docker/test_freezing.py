"""A container that is paused does nothing, and can be killed and removed all the same."""

import time
import uuid

import pytest
from docker.errors import NotFound

from orchestrator.engines.docker.confinement import OUT, PYTHON, confined, volumes
from orchestrator.engines.docker.container import ContainedProcess
from orchestrator.engines.docker.engine import answering_engine, connected
from orchestrator.engines.leftovers import OUTPUT_LABEL, end_labelled
from orchestrator.errors import PlumblineError

pytestmark = pytest.mark.docker

COUNTS = """
import itertools, pathlib, time
for number in itertools.count():
    pathlib.Path("/out/count").write_text(str(number))
    time.sleep(0.001)
"""
LABEL = f"{OUTPUT_LABEL}={uuid.uuid4().hex}"


@pytest.fixture
def engine():
    found = answering_engine()
    yield found
    end_labelled(found.url, LABEL)


@pytest.fixture
def container(engine, tmp_path):
    name, value = LABEL.split("=")
    started = connected(engine.url).containers.run(
        "plumbline/velox:latest",
        ["-c", COUNTS],
        entrypoint=PYTHON,
        detach=True,
        labels={name: value},
        volumes=volumes(engine, {OUT: (tmp_path, "rw")}),
        **confined(engine),
    )
    deadline = time.monotonic() + 60
    while not count(tmp_path):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return started


def count(folder):
    path = folder / "count"
    return path.read_text() if path.is_file() else ""


def test_nothing_of_a_paused_container_runs_until_it_goes_on(container, tmp_path):
    process = ContainedProcess(container, tmp_path)

    process.freeze()
    before = count(tmp_path)
    time.sleep(0.1)
    assert count(tmp_path) == before

    process.thaw()
    time.sleep(0.5)
    assert count(tmp_path) != before
    process.kill()
    process.close()


def test_a_paused_container_can_be_killed_and_is_removed(container, tmp_path):
    process = ContainedProcess(container, tmp_path)
    process.freeze()

    process.kill()

    assert process.wait(60) == 137
    assert process.close() == "killed by signal SIGKILL"
    with pytest.raises(NotFound):
        container.reload()


def test_a_paused_container_that_an_orchestrator_left_is_removed(container, engine):
    container.pause()

    assert end_labelled(engine.url, LABEL) == 1
    with pytest.raises(NotFound):
        container.reload()


def test_what_cannot_be_paused_is_told(container, tmp_path):
    process = ContainedProcess(container, tmp_path)
    process.kill()

    with pytest.raises(PlumblineError, match="its container cannot be paused: "):
        process.freeze()
    process.close()
