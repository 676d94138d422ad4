"""Nothing that a job starts outlives it, its supervisor or its orchestrator."""

import os
import resource
import signal
import subprocess
import sys
import time
import uuid

import pytest

from contract.environment import NO_JOB_GROUP, OUTPUT
from orchestrator.engines.leftovers import end_processes, marked_processes
from orchestrator.engines.local.job_group import make_job_group
from orchestrator.engines.local.process import SupervisedProcess
from orchestrator.engines.local.supervisor import Command
from orchestrator.places import ROOT

DETACHED = "import os; os.setsid(); os.fork() and os._exit(0); import time; time.sleep(600)"
STARTS_ONE_AND_WAITS = f"""
import subprocess, sys, time
subprocess.Popen([sys.executable, "-c", {DETACHED!r}])
print("started", flush=True)
time.sleep(600)
"""

EATS = "held = []\nwhile True: held.append(b'x' * 2**24)"
STARTS_ONE_THAT_EATS = f"""
import subprocess, sys
sys.exit(subprocess.run([sys.executable, "-c", {EATS!r}]).returncode and 1)
"""
INSIDE = """
import os, pathlib, sys
from orchestrator.engines.local.process import SupervisedProcess
from tests.orchestrator.engines.local.test_process import job
group, folder, program = sys.argv[1:]
pathlib.Path(group, "cgroup.procs").write_text(str(os.getpid()))
process = SupervisedProcess(job(program), pathlib.Path(folder), {}, "nobody's")
process.wait(60)
print(process.close())
"""
"""An orchestrator, as it were, that is itself in a control group with a limit."""
UNDER_A_LIMIT = """
import pathlib, resource, sys
from orchestrator.engines.local.process import SupervisedProcess
from tests.orchestrator.engines.local.test_process import job
limit, tight = map(int, sys.argv[2:])
resource.setrlimit(limit, (tight, tight))
told = f"import resource; print(resource.getrlimit({limit}))"
process = SupervisedProcess(job(told), pathlib.Path(sys.argv[1]), {}, "nobody's")
process.wait(60)
process.close()
"""


def job(program):
    return Command([sys.executable, "-c", program], [0], 2**32, 2**20)


@pytest.fixture
def output_id():
    mark = uuid.uuid4().hex
    yield mark
    end_processes(mark)


@pytest.fixture
def start(tmp_path, output_id):
    return lambda program: SupervisedProcess(job(program), tmp_path, {OUTPUT: output_id}, output_id)


def wait_until(condition):
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def has_started(log):
    wait_until(lambda: log.is_file() and "started" in log.read_text())


def test_a_job_ends_with_its_own_exit_code_and_its_own_words(start, tmp_path):
    process = start("print('word'); raise SystemExit(7)")

    assert process.wait(60) == 7
    assert process.close() is None
    assert (tmp_path / "log.txt").read_text() == "word\n"


def test_a_signal_is_told_by_name(start):
    process = start("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)")

    assert process.wait(60) == -signal.SIGSEGV
    assert process.close() == "killed by signal SIGSEGV"


def test_the_kernel_is_to_kill_the_job_before_the_orchestrator(start, tmp_path):
    process = start("print(open('/proc/self/oom_score_adj').read())")

    assert process.wait(60) == 0
    assert (tmp_path / "log.txt").read_text().strip() == "500"


@pytest.mark.environment
@pytest.mark.parametrize("program", [EATS, STARTS_ONE_THAT_EATS], ids=["itself", "its child"])
def test_a_job_that_its_groups_limit_killed_is_told_the_limit(tmp_path, program):
    """In a real group; whoever may make none gets no further."""
    group = make_job_group()
    memory = next((folder for folder in group.folders if memory_limit_file(folder)), None)
    if memory is None:
        pytest.skip(group.variables.get(NO_JOB_GROUP, "no group with a limit can be made"))
    memory_limit_file(memory).write_text(str(64 * 2**20))
    command = [sys.executable, "-c", INSIDE, str(memory), str(tmp_path), program]

    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout

    for folder in group.folders:
        folder.rmdir()
    assert "killed by the kernel: out of memory at the limit of 64 MiB of " in told


def memory_limit_file(folder):
    files = (folder / name for name in ("memory.max", "memory.limit_in_bytes"))
    return next((file for file in files if file.is_file()), None)


def test_what_detached_itself_ends_with_the_job(start, output_id):
    process = start(STARTS_ONE_AND_WAITS.replace("time.sleep(600)\n", "time.sleep(0.5)\n"))

    assert process.wait(60) == 0
    assert marked_processes(output_id) == []


def test_what_detached_itself_is_killed_with_the_job(start, tmp_path, output_id):
    process = start(STARTS_ONE_AND_WAITS)
    has_started(tmp_path / "log.txt")

    process.kill()

    assert marked_processes(output_id) == []


def test_all_ends_when_the_orchestrator_is_killed(tmp_path, output_id):
    orchestrator = f"""
import pathlib, time
from tests.orchestrator.engines.local.test_process import STARTS_ONE_AND_WAITS, job
from orchestrator.engines.local.process import SupervisedProcess
mark = {{"PLUMBLINE_OUTPUT": {output_id!r}}}
SupervisedProcess(job(STARTS_ONE_AND_WAITS), pathlib.Path({str(tmp_path)!r}), mark, {output_id!r})
time.sleep(600)
"""
    process = subprocess.Popen([sys.executable, "-c", orchestrator], cwd=ROOT)
    has_started(tmp_path / "log.txt")

    process.kill()
    process.wait()

    wait_until(lambda: marked_processes(output_id) == [])


def test_a_job_whose_supervisor_was_killed_is_ended_and_told(start, tmp_path, output_id):
    process = start(STARTS_ONE_AND_WAITS)
    has_started(tmp_path / "log.txt")

    os.kill(process._supervisor.pid, signal.SIGKILL)

    assert process.wait(60) == -signal.SIGKILL
    assert process.close() == "its supervisor was killed from outside"
    assert marked_processes(output_id) == []


def test_a_file_beyond_the_limit_is_refused_to_the_job(start, tmp_path):
    process = start(f"with open({str(tmp_path / 'file')!r}, 'wb') as f: f.write(bytes(2**20 + 1))")

    assert process.wait(60) == 1
    assert "File too large" in (tmp_path / "log.txt").read_text()


@pytest.mark.parametrize(
    ("limit", "tight"), [(resource.RLIMIT_FSIZE, 2**19), (resource.RLIMIT_DATA, 2**31)]
)
def test_a_limit_that_is_tighter_than_the_jobs_is_kept(tmp_path, limit, tight):
    command = [sys.executable, "-c", UNDER_A_LIMIT, str(tmp_path), str(limit), str(tight)]

    subprocess.run(command, cwd=ROOT, check=True)

    assert (tmp_path / "log.txt").read_text() == f"{(tight, tight)}\n"


def test_a_command_that_is_none_is_told(tmp_path, output_id):
    nothing = Command(["/nowhere/python"], [0], 2**32, 2**20)
    process = SupervisedProcess(nothing, tmp_path, {OUTPUT: output_id}, output_id)

    assert process.wait(60) == 127
    assert "cannot be started" in (tmp_path / "log.txt").read_text()
