"""The sentinel runs as jobs do: on their CPUs, and never longer than its orchestrator."""

import subprocess
import sys
import time

import psutil
import pytest

from contract.job import Limits
from orchestrator.errors import PlumblineError
from orchestrator.hosts.sentinel import SentinelTurns
from orchestrator.hosts.sentinel_process import SAMPLES, TURN_SAMPLES
from orchestrator.hosts.this_machine import measure_sentinel
from orchestrator.places import ROOT

ENDLESS = """
from contract.job import Limits
from orchestrator.hosts.this_machine import measure_sentinel
while True:
    measure_sentinel(Limits(cpus=(0,), threads=1, memory_bytes=1, timeout_seconds=1))
"""


def limits(cpu):
    return Limits(cpus=(cpu,), threads=1, memory_bytes=1, timeout_seconds=1)


def wait_for(condition):
    """Return what `condition` gives as soon as it is true, within half a minute."""
    deadline = time.monotonic() + 30
    while not (found := condition()):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return found


def test_the_sentinel_gives_its_samples():
    samples = measure_sentinel(limits(0))

    assert len(samples) == SAMPLES
    assert all(0 < sample < 5 for sample in samples)


def test_a_sentinel_that_cannot_be_pinned_is_an_error():
    with pytest.raises(PlumblineError, match="the sentinel did not run: OSError"):
        measure_sentinel(limits(4095))


def status(turns):
    return psutil.Process(turns._process.pid).status()


def test_a_sentinel_takes_turns_and_is_halted_in_between():
    with SentinelTurns(limits(0)) as turns:
        wait_for(lambda: status(turns) == psutil.STATUS_STOPPED)

        taken = [turns.take(), turns.take()]

        wait_for(lambda: status(turns) == psutil.STATUS_STOPPED)
    assert [len(samples) for samples in taken] == [TURN_SAMPLES] * 2
    assert all(0 < sample < 5 for samples in taken for sample in samples)
    assert turns._process.returncode is not None


def test_a_sentinel_that_cannot_take_turns_is_an_error():
    with pytest.raises(PlumblineError, match="the sentinel has ended"):
        SentinelTurns(limits(4095))


def test_a_sentinel_that_died_takes_no_turn():
    with SentinelTurns(limits(0)) as turns:
        turns._process.kill()
        turns._process.wait()

        with pytest.raises(PlumblineError, match="the sentinel"):
            turns.take()


@pytest.fixture
def orchestrator():
    process = psutil.Popen([sys.executable, "-c", ENDLESS], cwd=ROOT, stderr=subprocess.DEVNULL)
    yield process
    process.kill()
    process.wait()


def test_a_sentinel_is_pinned_and_dies_with_its_orchestrator(orchestrator):
    def pinned():
        return [child for child in orchestrator.children() if child.cpu_affinity() == [0]]

    (sentinel,) = wait_for(pinned)

    orchestrator.kill()

    wait_for(lambda: not sentinel.is_running() or sentinel.status() == psutil.STATUS_ZOMBIE)
