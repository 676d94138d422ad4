"""What CPUs did not idle away was used by somebody."""

import os
import time

import pytest

from host.idle_time import (
    IdleTime,
    NoCpuTimesError,
    foreign_cpu_share,
    foreign_cpu_share_for,
    idle_time,
)

STAT = """cpu  60 0 0 500 0 0 0 0 0 0
cpu0 10 0 0 100 20 0 0 5 0 0
cpu1 20 0 0 200 0 0 0 0 0 0
cpu10 30 0 0 180 0 0 0 0 0 0
intr 12345 1 2 3
"""


def test_the_idle_time_of_some_cpus_is_that_of_none_other(tmp_path):
    (tmp_path / "stat").write_text(STAT)

    found = idle_time((0, 10), tmp_path / "stat")

    assert found.idle_seconds == pytest.approx(3.0)
    assert found.cpus == 2


def test_what_was_neither_idle_nor_ones_own_others_took():
    earlier, later = IdleTime(100.0, 7.0, cpus=2), IdleTime(102.0, 9.0, cpus=2)

    assert foreign_cpu_share(earlier, later, own_seconds=1.5) == pytest.approx(0.125)


@pytest.mark.parametrize(("idle_seconds", "share"), [(7.01, 0), (6.9, 1)], ids=["forth", "back"])
def test_counters_that_jump_stay_a_share(idle_seconds, share):
    earlier, later = IdleTime(100.0, 7.0, cpus=1), IdleTime(100.005, idle_seconds, cpus=1)

    assert foreign_cpu_share(earlier, later, own_seconds=0) == share


def test_watching_takes_as_long_as_was_asked_for():
    began = time.monotonic()

    share = foreign_cpu_share_for((min(os.sched_getaffinity(0)),), 0.2)

    assert time.monotonic() - began >= 0.2
    assert 0 <= share <= 1


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        (STAT, "nothing is counted for CPU 3"),
        ("cpu3 0 0 0 0 0 0 0 0 0 0\n", "nothing is counted for CPU 3"),
        (None, "No such file or directory"),
    ],
    ids=["a CPU that is not listed", "a kernel that counts nothing", "no /proc"],
)
def test_a_kernel_that_does_not_tell_gives_the_reason(tmp_path, text, cause):
    if text is not None:
        (tmp_path / "stat").write_text(text)

    with pytest.raises(NoCpuTimesError, match=cause):
        idle_time((3,), tmp_path / "stat")
