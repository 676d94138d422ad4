"""What others did on the job's CPUs is what was busy there and was not the job's."""

import os
import subprocess
import sys
import time
from dataclasses import replace

import pytest

from contract.disturbance import FOREIGN_CPU_SHARE_LIMIT
from host.cgroup import ControlGroup, GroupFolder, NoGroupError
from host.idle_time import IdleTime
from runners.harness.instruments.disturbance import DisturbanceWatch, Reading, between
from runners.harness.instruments.meter import Reason

BEFORE = Reading(
    moment_seconds=50.0,
    idle=IdleTime(50.0, 10.0, cpus=2),
    own_seconds=7.0,
    throttled_seconds=1.0,
    involuntary_switches=5,
)


def after(seconds=2.0, idle_seconds=0.0, own_seconds=0.0):
    """The reading so much later."""
    return replace(
        BEFORE,
        moment_seconds=50.0 + seconds,
        idle=IdleTime(50.0 + seconds, 10.0 + idle_seconds, cpus=2),
        own_seconds=7.0 + own_seconds,
    )


@pytest.mark.parametrize(
    ("idle_seconds", "own_seconds", "share"),
    [
        (4.0, 0.0, 0.0),
        (0.0, 4.0, 0.0),
        (1.0, 3.0, 0.0),
        (0.0, 2.0, 0.5),
        (1.0, 1.0, 0.5),
        (0.0, 0.0, 1.0),
        (0.01, 4.0, 0.0),
        (-0.5, 0.0, 1.0),
    ],
    ids=[
        "idle",
        "the job alone",
        "the job, with pauses",
        "a neighbour that never waits",
        "a neighbour beside a job with pauses",
        "a job that never ran",
        "idle time rounded up",
        "idle time that ran backwards",
    ],
)
def test_others_took_what_was_neither_idle_nor_the_jobs(idle_seconds, own_seconds, share):
    found = between(BEFORE, after(2.0, idle_seconds, own_seconds))

    assert found.foreign_cpu_share == pytest.approx(share)


def test_switches_and_throttling_are_those_since_entry():
    found = between(BEFORE, replace(after(2.0), throttled_seconds=1.25, involuntary_switches=9))

    assert found.wall_seconds == 2
    assert found.throttled_seconds == 0.25
    assert found.involuntary_switches == 4


def test_less_than_the_ticks_can_tell_is_no_finding():
    found = between(BEFORE, after(seconds=0.1, own_seconds=0.0))

    assert found.foreign_cpu_share is None
    assert found.unmeasured["foreign_cpu_share"] == (
        "the kernel counts in ticks of 10 ms, too coarse for less than 0.2 s"
    )
    assert not found.is_disturbed


@pytest.mark.parametrize("name", ["idle", "own_seconds", "throttled_seconds"])
def test_a_counter_that_cannot_be_read_leaves_a_reason(name):
    found = between(BEFORE, replace(after(), **{name: Reason("the kernel does not tell")}))

    hole = "throttled_seconds" if name == "throttled_seconds" else "foreign_cpu_share"
    assert found.unmeasured == {hole: "the kernel does not tell"}


def test_a_group_of_the_jobs_own_says_what_the_job_used(tmp_path):
    (tmp_path / "stat").write_text("cpu0 9 0 0 9 0 0 0 0\n")
    cpu_stat = tmp_path / "cpu.stat"
    cpu_stat.write_text("usage_usec 0\nthrottled_usec 0\n")
    folder = GroupFolder(2, tmp_path, tmp_path)
    watch = DisturbanceWatch(
        (0,), lambda: ControlGroup(folder, folder, folder), lambda: folder, tmp_path / "stat"
    )

    with watch:
        began = time.monotonic()
        time.sleep(0.25)
        waited = time.monotonic() - began
        cpu_stat.write_text(f"usage_usec {waited / 2 * 1e6:.0f}\nthrottled_usec 20000\n")

    assert watch.found.foreign_cpu_share == pytest.approx(0.5, abs=0.02)
    assert watch.found.throttled_seconds == pytest.approx(0.02)


def test_without_any_control_groups_the_process_is_the_job(tmp_path):
    def find():
        raise NoGroupError("no control groups are mounted")

    with DisturbanceWatch((0,), find, find) as watch:
        time.sleep(0.25)

    assert watch.found.unmeasured == {"throttled_seconds": "no control groups are mounted"}
    assert watch.found.foreign_cpu_share is not None


@pytest.fixture
def one_cpu():
    """Pin this thread to one CPU."""
    before = os.sched_getaffinity(0)
    cpu = min(before)
    os.sched_setaffinity(0, {cpu})
    yield cpu
    os.sched_setaffinity(0, before)


def work(seconds):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        pass


def test_a_neighbour_on_the_same_cpu_is_seen_and_own_work_is_not(one_cpu):
    spinner = subprocess.Popen([sys.executable, "-c", "while True: pass"])
    try:
        began_seconds = time.process_time()
        with DisturbanceWatch((one_cpu,)) as watch:
            work(0.8)
        own_share = (time.process_time() - began_seconds) / watch.found.wall_seconds
    finally:
        spinner.kill()
        spinner.wait()

    assert watch.found.foreign_cpu_share > 3 * FOREIGN_CPU_SHARE_LIMIT
    assert watch.found.foreign_cpu_share == pytest.approx(1 - own_share, abs=0.05)
    assert "others used" in watch.found.cause
