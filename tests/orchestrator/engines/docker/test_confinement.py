"""An engine is tried before jobs are given to it: does it see this machine, and hold its limits?"""

import os
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from orchestrator.engines.docker import confinement
from orchestrator.engines.docker.confinement import OUT, confined, require_confinement, volumes
from orchestrator.engines.docker.engine import answering_engine, connected
from orchestrator.errors import PlumblineError
from tests.orchestrator.engines.docker.fake_client import ENGINE, api_error

IMAGE = "plumbline/velox:latest"
CPU = max(os.sched_getaffinity(0))
GIVEN_BYTES = confinement._TRIAL_MEMORY_BYTES


class Engine:
    """Runs the trial as an engine would, but for what the test changes."""

    def __init__(self, sees="sees", writes="writes", cpus=str(CPU), memory=str(GIVEN_BYTES)):
        self.lines = (sees, writes, cpus, memory)
        self.containers = SimpleNamespace(run=self.run)

    def run(self, image, arguments, volumes, **options):
        (folder,) = volumes
        Path(folder, "answer").write_text("whose?")
        return "\n".join([*self.lines, ""]).encode()


def try_out(engine):
    require_confinement(engine, ENGINE, IMAGE, "0" * 32)


def test_an_engine_that_does_as_it_is_told_is_accepted():
    try_out(Engine())


def test_an_engine_that_sees_other_files_is_refused():
    with pytest.raises(PlumblineError, match="does not see this machine's files") as no:
        try_out(Engine(sees="sees not", writes="[Errno 2] No such file or directory"))

    assert "outside of the container" in no.value.remedy


def test_an_engine_whose_containers_cannot_write_is_refused_with_their_error():
    with pytest.raises(PlumblineError, match=r"cannot write where its results go: \[Errno 13\]"):
        try_out(Engine(writes="[Errno 13] Permission denied: '/out/answer'"))


def test_an_engine_that_gives_results_to_somebody_else_is_refused(monkeypatch):
    monkeypatch.setattr(confinement.os, "getuid", lambda: 4242)

    with pytest.raises(PlumblineError, match=r"belongs to user \d+, not to you \(user 4242\)"):
        try_out(Engine())


def test_an_engine_that_pins_nothing_is_refused_and_told_what_it_lacks():
    with pytest.raises(PlumblineError, match=f"given CPU {CPU} may use 0 1 2 3") as no:
        try_out(Engine(cpus="0 1 2 3"))

    assert "Delegate=" in no.value.remedy


@pytest.mark.parametrize("memory", ["max", "none", "9223372036854771712"])
def test_an_engine_that_limits_no_memory_is_refused(memory):
    with pytest.raises(PlumblineError, match="does not keep to the limits of CPUs and memory"):
        try_out(Engine(memory=memory))


def test_an_engine_that_cannot_start_the_container_is_refused_in_its_own_words():
    def fail(*_, **__):
        raise api_error(500, "the requested cgroup controller `cpuset` is not available")

    engine = SimpleNamespace(containers=SimpleNamespace(run=fail))

    with pytest.raises(PlumblineError, match="controller `cpuset` is not available"):
        try_out(engine)


def test_a_container_runs_as_whom_the_engine_takes_for_the_caller():
    options = confined(replace(ENGINE, user="0:0", userns_mode="host"))

    assert (options["user"], options["userns_mode"]) == ("0:0", "host")


def test_mounts_carry_the_label_that_selinux_wants(tmp_path):
    labelled = replace(ENGINE, volume_suffix=",z")

    assert volumes(labelled, {OUT: (tmp_path, "rw")}) == {
        str(tmp_path): {"bind": OUT, "mode": "rw,z"}
    }


@pytest.mark.docker
def test_the_engine_of_this_machine_does_as_it_is_told():
    engine = answering_engine()

    require_confinement(connected(engine.url), engine, IMAGE, "0" * 32)
