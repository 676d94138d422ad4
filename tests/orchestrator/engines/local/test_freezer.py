"""A frozen job does nothing, however many processes it is; frozen or not, it can be killed."""

import os
import signal
import subprocess
import sys
import time
import uuid

import pytest

from contract.environment import NO_JOB_GROUP, OUTPUT
from orchestrator.engines.leftovers import end_processes, marked_processes
from orchestrator.engines.local.freezer import _switch
from orchestrator.engines.local.job_group import make_job_group
from orchestrator.engines.local.process import SupervisedProcess
from orchestrator.engines.local.supervisor import Command
from orchestrator.places import ROOT
from tests.orchestrator.engines.local.test_process import wait_until

COUNTS = """
import itertools, os, pathlib, sys, time
os.fork() or os.setsid()
for number in itertools.count():
    pathlib.Path(sys.argv[1], f"{os.getpid()}.count").write_text(str(number))
    time.sleep(0.001)
"""
"""Two processes, in sessions of their own, that never stop counting."""


@pytest.fixture
def output_id():
    mark = uuid.uuid4().hex
    yield mark
    end_processes(mark)


def counting_process(folder, output_id, groups):
    command = [sys.executable, "-c", COUNTS, str(folder)]
    job = Command(command, [0], 2**32, 2**20, [str(group) for group in groups])
    process = SupervisedProcess(job, folder, {OUTPUT: output_id}, output_id)
    wait_until(lambda: len(counts(folder)) == 2)
    return process


@pytest.fixture(params=["signals", pytest.param("group", marks=pytest.mark.environment)])
def groups(request):
    """The folders of a job's group; none: its processes are frozen one by one."""
    if request.param == "signals":
        return ()
    group = make_job_group()
    if not any(file.is_file() for folder in group.folders for file in freezers(folder)):
        pytest.skip(group.variables.get(NO_JOB_GROUP, "its groups have no freezer"))
    return group.folders


def freezers(folder):
    return folder / "freezer.state", folder / "cgroup.freeze"


@pytest.fixture
def process(tmp_path, output_id, groups):
    started = counting_process(tmp_path, output_id, groups)
    assert (_switch(groups) is not None) == bool(groups)
    yield started
    started.kill()
    started.close()


def counts(folder):
    return {path.name: path.read_text() for path in folder.glob("*.count")}


def runs(folder):
    """Whether both processes count; neither file is ever half written for long."""
    before = counts(folder)
    wait_until(lambda: all(counts(folder)[name] != count for name, count in before.items()))
    return True


def test_nothing_of_a_frozen_job_runs_until_it_is_thawed(process, tmp_path):
    process.freeze()
    before = counts(tmp_path)
    time.sleep(0.1)

    assert counts(tmp_path) == before
    process.thaw()
    assert runs(tmp_path)


def test_a_job_can_be_frozen_again_and_again(process, tmp_path):
    for _ in range(5):
        process.freeze()
        process.thaw()

    assert runs(tmp_path)


def test_a_frozen_job_can_be_killed(process, output_id, groups):
    process.freeze()

    process.kill()

    assert process.wait(0) == -signal.SIGKILL
    assert marked_processes(output_id) == []
    assert not any(group.exists() for group in groups)


def test_a_frozen_job_whose_supervisor_was_killed_is_ended(process, output_id):
    process.freeze()

    os.kill(process._supervisor.pid, signal.SIGKILL)

    assert process.wait(60) == -signal.SIGKILL
    assert marked_processes(output_id) == []


def test_freezing_a_job_that_has_ended_is_no_error(tmp_path, output_id):
    job = Command([sys.executable, "-c", ""], [0], 2**32, 2**20)
    ended = SupervisedProcess(job, tmp_path, {OUTPUT: output_id}, output_id)
    assert ended.wait(60) == 0

    ended.freeze()
    ended.thaw()


FREEZES_AND_WAITS = """
import pathlib, sys, time
from orchestrator.engines.local.job_group import make_job_group
from tests.orchestrator.engines.local.test_freezer import counting_process
folder, output_id, in_group = sys.argv[1:]
groups = make_job_group().folders if in_group == "True" else ()
process = counting_process(pathlib.Path(folder), output_id, groups)
process.freeze()
print("frozen", flush=True)
time.sleep(600)
"""
"""An orchestrator, as it were, that has frozen its job."""


def test_nothing_frozen_is_left_when_the_orchestrator_is_killed(tmp_path, output_id, groups):
    command = [sys.executable, "-c", FREEZES_AND_WAITS, str(tmp_path), output_id, str(bool(groups))]
    orchestrator = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE)
    assert orchestrator.stdout.readline() == b"frozen\n"

    orchestrator.kill()
    orchestrator.communicate()

    wait_until(lambda: marked_processes(output_id) == [])
