"""What CPUs did not idle away was used by somebody."""

import pytest

from host.idle_time import IdleTime, NoCpuTimesError, busy_seconds, idle_time

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


def test_what_was_not_idle_was_busy_or_stolen():
    earlier, later = IdleTime(100.0, 7.0, cpus=2), IdleTime(102.0, 10.0, cpus=2)

    assert busy_seconds(earlier, later) == pytest.approx(1.0)


def test_two_readings_within_one_tick_show_nothing_busy():
    assert busy_seconds(IdleTime(100.0, 7.0, cpus=1), IdleTime(100.005, 7.01, cpus=1)) == 0


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
