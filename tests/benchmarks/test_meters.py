"""What the instruments cost is measured; whether it is little, only a quiet machine can say."""

import argparse
from statistics import median

import pytest

from benchmarks import meters
from contract.meters import Meters
from contract.metric import metrics_of
from runners.harness.instruments.usage_process import SAMPLE_SECONDS


@pytest.fixture(scope="module")
def found():
    return meters.measure(rounds=3, seconds=1.0)


def test_what_the_instruments_cost_is_their_processor_time_over_the_time_that_they_watched(found):
    percents = [
        100 * record["meter_cpu_seconds"] / record["watch_seconds"] for record in found["meters"]
    ]

    assert 0 < min(percents) <= meters.overhead_percent(found) <= max(percents)


def test_they_look_ten_times_a_second(found):
    for record in map(Meters.model_validate, found["meters"]):
        looks_at_most = record.watch_seconds / SAMPLE_SECONDS + 2
        assert 0.5 * looks_at_most < record.looks <= looks_at_most


def test_the_job_that_they_watch_has_threads_and_processes(found):
    assert {record["tree_processes"] for record in found["meters"]} == {3}


def test_turns_with_and_without_them_are_the_same_work(found):
    alone, watched = found["alone_cpu_seconds"], found["watched_cpu_seconds"]

    assert len(alone) == len(watched) == 3
    # A processor may run faster for a moment after it slept: one turn of three says nothing.
    assert median(alone) == pytest.approx(median(watched), rel=0.3)


def record(cpu_seconds, watch_seconds=10.0):
    found = {"watch_seconds": watch_seconds, "looks": 100, "meter_cpu_seconds": cpu_seconds}
    reasons = dict.fromkeys(metrics_of(Meters).keys() - found, "none")
    return Meters.model_validate(found | {"unmeasured": reasons}).model_dump()


@pytest.mark.parametrize(("cpu_seconds", "code"), [(0.04, 0), (0.06, 1)])
def test_what_costs_more_than_the_limit_fails(tmp_path, monkeypatch, cpu_seconds, code):
    samples = {
        "alone_cpu_seconds": [1.0, 1.0],
        "watched_cpu_seconds": [1.0, 1.1],
        "meters": [record(cpu_seconds)],
    }
    monkeypatch.setattr(meters, "measure", lambda rounds, seconds: samples)
    options = argparse.Namespace(rounds=2, seconds=1.0, output=tmp_path / "out" / "meters.json")

    with pytest.raises(SystemExit) as ended:
        meters.run(options)

    assert ended.value.code == code
    assert options.output.is_file()
