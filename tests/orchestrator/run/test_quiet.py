"""A timed job waits for quiet, but no longer than it, or its run, may."""

from types import SimpleNamespace

import pytest

from contract.journal import read_journal
from host.idle_time import NoCpuTimesError
from orchestrator.run.quiet import QUIET_WAIT_SECONDS, wait_for_quiet
from orchestrator.store.journal import Journal
from tests.contract.examples import job

QUIET, BUSY = 0.02, 0.43


@pytest.fixture
def machine(tmp_path):
    """A machine whose others take the given shares, look by look, the last one from then on."""

    class Machine:
        def __init__(self, *shares, run_seconds=0.0):
            self.shares, self.looks, self.said = list(shares), [], []
            store = SimpleNamespace(journal=Journal(tmp_path))
            display = SimpleNamespace(say=self.said.append)
            self.context = SimpleNamespace(host="this-machine", store=store, display=display)
            self.state = SimpleNamespace(waited_seconds=0.0, total_seconds=lambda: run_seconds)

        def look(self, cpus, seconds):
            assert cpus == (0, 1)
            self.looks.append(seconds)
            return self.shares.pop(0) if len(self.shares) > 1 else self.shares[0]

        def wait(self, *jobs):
            for planned in jobs:
                wait_for_quiet(planned, self.look, self.context, self.state)
            return read_journal(tmp_path)

    return Machine


def test_on_a_quiet_machine_a_job_costs_one_short_look(machine):
    quiet = machine(QUIET)

    assert quiet.wait(job()) == []
    assert quiet.looks == [0.25]
    assert quiet.said == []


def test_the_end_of_the_job_before_is_no_wait(machine):
    settling = machine(BUSY, QUIET)

    assert settling.wait(job()) == []
    assert settling.said == []


def test_a_job_waits_until_others_are_done(machine):
    busy = machine(BUSY, BUSY, BUSY, QUIET)

    (waited,) = busy.wait(job())

    assert (waited.waited_seconds, waited.gave_up) == (3, False)
    assert (waited.first_foreign_cpu_share, waited.last_foreign_cpu_share) == (BUSY, QUIET)
    assert busy.said == [
        "train mnist-cnn pytorch #1: waiting for quiet: others use 43 % of CPUs 0, 1"
    ]


def test_a_job_gives_up_after_its_limit_and_says_so(machine):
    busy = machine(BUSY, run_seconds=3600)

    (waited,) = busy.wait(job())

    assert (waited.waited_seconds, waited.gave_up) == (QUIET_WAIT_SECONDS, True)
    assert busy.said[1:] == [
        "train mnist-cnn pytorch #1: no quiet in 30 s: others still use 43 %; "
        "it starts all the same"
    ]


def test_a_machine_that_is_never_quiet_costs_a_run_a_twentieth(machine):
    busy = machine(BUSY, run_seconds=2000)

    waits = busy.wait(*[job(repeat=number) for number in range(1, 8)])

    assert [waited.waited_seconds for waited in waits] == [30, 30, 30, 10]
    assert busy.said[-1] == "waited 100 s for quiet in all: this run waits no more"
    assert busy.said.count(busy.said[-1]) == 1


def test_what_is_not_timed_waits_for_nothing(machine):
    busy = machine(BUSY)

    assert busy.wait(job(task="verify"), job(task="mistakes")) == []
    assert busy.looks == []


def test_a_kernel_that_does_not_tell_is_told_of_once(machine):
    blind = machine(QUIET)

    def look(cpus, seconds):
        raise NoCpuTimesError("/proc/stat: nothing is counted for CPU 0")

    blind.look = look
    blind.wait(job(), job(repeat=2))

    assert blind.said == [
        "whether others use the CPUs is unknown, so no job waits: "
        "/proc/stat: nothing is counted for CPU 0"
    ]
