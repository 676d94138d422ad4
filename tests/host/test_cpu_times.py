"""How busy the machine is, as its kernel counts."""

import pytest

from host.cpu_times import cpu_times, load_average, load_between


@pytest.fixture
def stat(tmp_path):
    """Read counters of user, nice, system, idle, iowait, irq, softirq, steal and guest ticks."""

    def stat(*ticks):
        path = tmp_path / "stat"
        path.write_text(f"cpu  {' '.join(map(str, ticks))}\ncpu0 0 0 0 0\n")
        return cpu_times(path)

    return stat


def test_waiting_for_a_disk_is_idle_and_guests_are_counted_once(stat):
    times = stat(10, 0, 0, 60, 20, 0, 0, 10, 7, 7)

    assert (times.total, times.idle, times.steal) == (100, 80, 10)


def test_load_is_what_was_neither_idle_nor_stolen_between_two_readings(stat):
    load = load_between(stat(0, 0, 0, 0, 0, 0, 0, 0), stat(30, 0, 20, 40, 0, 0, 0, 10))

    assert (load.busy_percent, load.steal_percent) == (50, 10)


def test_two_readings_within_one_tick_are_a_load_of_nothing(stat):
    load = load_between(stat(1, 0, 0, 1, 0, 0, 0, 0), stat(1, 0, 0, 1, 0, 0, 0, 0))

    assert (load.busy_percent, load.steal_percent) == (0, 0)


def test_the_load_average_is_that_of_the_last_minute(tmp_path):
    (tmp_path / "loadavg").write_text("0.75 0.50 0.25 1/100 999\n")

    assert load_average(tmp_path / "loadavg") == 0.75
