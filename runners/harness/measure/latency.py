"""How long predictions take by batch size, and the batch that gives the highest throughput."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from itertools import count
from statistics import median

import numpy as np

from contract.job import JobSpec
from contract.latency import BatchLatency, Latency, SearchEnd
from runners.harness.contender.network import FloatArray, Network
from runners.harness.measure.measure import samples_within
from runners.harness.measure.stopwatch import Stopwatch

_FIRST_EXPONENT = 6
_FIRST = 2**_FIRST_EXPONENT
"""The search begins near where most networks are best, and goes up or down from there."""
_WARM_UP_CALLS = 2
_LEAST_CALLS = 3
_SEARCH_CALLS = 1 + _LEAST_CALLS
"""One warms up."""
_SEARCH_SHARE = 3.0
"""What the search may take, in times of what one batch size is given."""
_MOST_BYTES = 128 << 20
"""What the widest tensor of a prediction may take."""


def measure_latency(network: Network, job: JobSpec, inputs: FloatArray) -> Latency:
    """Time batches of one sample, of `inputs`, and of powers of two until throughput rises no more.

    One sample, `inputs` and the best batch are given `job.latency_seconds` each, and three calls at
    least; the search takes three times as long at most. First calls warm up, and are kept apart.

    Args:
        network: What predicts.
        job: The job.
        inputs: (samples, …); taken again and again where a batch is larger.
    """
    search = _Search(network, inputs, samples_within(job.model, _MOST_BYTES), job.latency_seconds)
    best, ended = search.run()
    return Latency(
        batches=tuple(search.tried[size] for size in sorted(search.tried)),
        predicted_batch_size=len(inputs),
        best_batch_size=best,
        search_ended=ended,
    )


class _Search:
    def __init__(
        self, network: Network, inputs: FloatArray, most_samples: int, seconds: float
    ) -> None:
        self.tried: dict[int, BatchLatency] = {}
        self._network, self._inputs = network, inputs
        self._most_samples, self._seconds = most_samples, seconds
        self._ended: SearchEnd | None = None
        self._deadline = 0.0

    def run(self) -> tuple[int, SearchEnd]:
        """Time what is asked for; return the best batch size, and why no larger one was tried."""
        for size in {1, len(self._inputs)}:
            self._time(size, _WARM_UP_CALLS, self._seconds)
        self._deadline = time.perf_counter() + _SEARCH_SHARE * self._seconds
        self._climb(self._upwards())
        if self._best() <= _FIRST:
            smaller = (2**exponent for exponent in range(_FIRST_EXPONENT - 1, 0, -1))
            self._climb(size for size in smaller if self._obstacle(size) is None)
        best = self._best()
        self._time(best, _WARM_UP_CALLS, self._seconds)
        return best, self._ended or "throughput"

    def _climb(self, sizes: Iterable[int]) -> None:
        """Time batches as long as each has a higher throughput than the one before."""
        before = _FIRST if _FIRST in self.tried else None
        for size in sizes:
            self._time(size, warm_up_calls=1, least_seconds=0.0)
            if before is not None and self._throughput(size) <= self._throughput(before):
                return
            before = size

    def _best(self) -> int:
        """Return the batch size with the highest throughput so far."""
        return max(self.tried, key=self._throughput)

    def _upwards(self) -> Iterator[int]:
        for exponent in count(_FIRST_EXPONENT):
            self._ended = self._obstacle(2**exponent)
            if self._ended is not None:
                return
            yield 2**exponent

    def _obstacle(self, size: int) -> SearchEnd | None:
        """Return what forbids a batch; its time is guessed from the largest one so far."""
        if size > self._most_samples:
            return "memory"
        largest = max(self.tried)
        seconds_per_sample = median(self.tried[largest].seconds) / largest
        ends = time.perf_counter() + _SEARCH_CALLS * size * seconds_per_sample
        return "time" if ends > self._deadline else None

    def _throughput(self, size: int) -> float:
        return size / median(self.tried[size].seconds)

    def _time(self, size: int, warm_up_calls: int, least_seconds: float) -> None:
        """Time calls of a batch size, those that it had before included."""
        before = self.tried.get(size)
        batch = np.resize(self._inputs, (size, *self._inputs.shape[1:]))
        warm_up = [self._call(batch) for _ in range(warm_up_calls)]
        seconds: list[float] = []
        total_seconds = 0.0
        while len(seconds) < _LEAST_CALLS or total_seconds < least_seconds:
            seconds.append(self._call(batch))
            total_seconds += seconds[-1]
        self.tried[size] = BatchLatency(
            batch_size=size,
            warmup_seconds=(*(before.warmup_seconds if before else ()), *warm_up),
            seconds=(*(before.seconds if before else ()), *seconds),
        )

    def _call(self, batch: FloatArray) -> float:
        with Stopwatch() as watch:
            self._network.predict(batch)
        return watch.wall_seconds
