"""Which energy counters there are, and whether they may be read."""

import pytest

from host.energy import is_readable, rapl_zones


def test_each_zone_is_a_counter(tmp_path):
    for name in ("intel-rapl:1", "intel-rapl:0", "intel-rapl", "dtpm"):
        (tmp_path / name).mkdir()

    assert [zone.name for zone in rapl_zones(tmp_path)] == ["intel-rapl:0", "intel-rapl:1"]


def test_a_machine_without_counters_has_no_zone(tmp_path):
    assert rapl_zones(tmp_path / "powercap") == []


@pytest.mark.parametrize("readable", [True, False])
def test_a_counter_is_readable_where_it_gives_its_number_away(tmp_path, readable):
    counter = tmp_path / "energy_uj"
    if readable:
        counter.write_text("123")
    else:
        # Whoever runs the tests, root included, can read no folder as a file.
        counter.mkdir()

    assert is_readable(tmp_path) is readable
