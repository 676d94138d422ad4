"""The search for the best batch goes as far as throughput rises, and no further than it may."""

import time
from statistics import median
from types import SimpleNamespace

import numpy as np
import pytest
from pydantic import ValidationError

from contract.latency import BatchLatency, Latency
from runners.harness.measure import latency as latency_module
from runners.harness.measure.latency import measure_latency
from tests.contract.examples import job

IMAGES = np.zeros((100, 28, 28, 1), dtype=np.float32)


class Clockwork:
    """A network whose predictions take as long as it is told, on a clock that it moves itself."""

    def __init__(self, monkeypatch, seconds):
        self.sizes = []
        self._seconds, self._now = seconds, 0.0
        monkeypatch.setattr(time, "perf_counter", lambda: self._now)

    def predict(self, inputs):
        self.sizes.append(len(inputs))
        self._now += self._seconds(len(inputs))


@pytest.fixture
def measured(monkeypatch):
    def measure(seconds, latency_seconds=1.0, **changes):
        network = Clockwork(monkeypatch, seconds)
        return measure_latency(network, job(latency_seconds=latency_seconds, **changes), IMAGES)

    return measure


def best_at(best):
    """Seconds of a batch on a machine whose throughput rises up to `best`, and falls from there."""
    return lambda size: 1e-4 * size * (max(size / best, best / size)) ** 0.5


@pytest.mark.parametrize("best", [4, 16, 32, 64, 128, 512])
def test_the_batch_with_the_highest_throughput_is_found(measured, best):
    found = measured(best_at(best))

    assert found.best_batch_size == best
    assert found.search_ended == "throughput"


def test_one_sample_and_the_studys_batch_are_always_timed(measured):
    sizes = [batch.batch_size for batch in measured(best_at(64)).batches]

    assert {1, 100} <= set(sizes)
    assert sizes == sorted(sizes)


def test_a_batch_size_is_timed_for_as_long_as_the_job_says(measured):
    found = measured(lambda size: 0.001 + 1e-5 * (size - 1), latency_seconds=0.05)

    single = found.batches[0]
    assert (single.batch_size, len(single.seconds)) == (1, 50)
    assert single.seconds == pytest.approx([0.001] * 50)


def test_slow_predictions_are_timed_three_times_and_warm_up_is_apart(measured):
    found = measured(lambda size: 10.0 * size, latency_seconds=0.05)

    assert {len(batch.seconds) for batch in found.batches if batch.batch_size == 100} == {3}
    assert [len(batch.warmup_seconds) for batch in found.batches if batch.batch_size == 100] == [2]


def test_the_search_ends_where_time_runs_out(measured):
    found = measured(lambda size: 0.5 + 1e-4 * size, latency_seconds=0.2)

    assert found.search_ended == "time"
    assert found.best_batch_size == 100


def test_the_search_ends_where_memory_would(measured, monkeypatch):
    widest_bytes = 4 * 28 * 28 * 32
    monkeypatch.setattr(latency_module, "_MOST_BYTES", 200 * widest_bytes)

    found = measured(lambda size: 1e-3)

    assert found.search_ended == "memory"
    assert found.best_batch_size == 128


def test_a_batch_larger_than_what_there_is_takes_samples_again(monkeypatch):
    seen = {}
    network = SimpleNamespace(predict=lambda inputs: seen.setdefault(len(inputs), inputs))
    images = np.arange(10, dtype=np.float32).reshape(10, 1)

    measure_latency(network, job(latency_seconds=0.001), images)

    assert seen[64][:, 0].tolist() == [index % 10 for index in range(64)]


def test_the_best_batch_has_as_many_samples_as_the_others_that_are_shown(measured):
    found = measured(best_at(128), latency_seconds=0.2)

    samples = {batch.batch_size: batch.seconds for batch in found.batches}
    assert sum(samples[128]) >= 0.2
    assert 128 / median(samples[128]) == max(
        size / median(seconds) for size, seconds in samples.items()
    )


def batch(size):
    return BatchLatency(batch_size=size, warmup_seconds=(0.1,), seconds=(0.1,))


@pytest.mark.parametrize(
    ("sizes", "best", "message"),
    [
        ((1, 1), 1, "ascend without repetition"),
        ((2, 1), 1, "ascend without repetition"),
        ((1, 100), 64, "batch 64 is not among"),
        ((1, 64), 64, "batch 100 is not among"),
    ],
)
def test_a_record_that_contradicts_itself_is_refused(sizes, best, message):
    with pytest.raises(ValidationError, match=message):
        Latency(
            batches=tuple(map(batch, sizes)),
            predicted_batch_size=100,
            best_batch_size=best,
            search_ended="time",
        )
