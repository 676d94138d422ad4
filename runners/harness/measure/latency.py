"""How long predictions take by batch size, and the batch that gives the highest throughput."""

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
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
    most_samples = samples_within(job.model, _MOST_BYTES)
    return _Search(network, inputs, most_samples, job.latency_seconds).run()


@dataclass
class _Search:
    network: Network
    inputs: FloatArray
    most_samples: int
    seconds: float
    deadline: float = 0.0
    ended: SearchEnd = "throughput"
    tried: dict[int, BatchLatency] = field(default_factory=dict)

    def run(self) -> Latency:
        for size in {1, len(self.inputs)}:
            self._time(size, _WARM_UP_CALLS, self.seconds)
        self.deadline = time.perf_counter() + _SEARCH_SHARE * self.seconds
        self._climb(self._upwards())
        if self._best() <= _FIRST:
            smaller = (2**exponent for exponent in range(_FIRST_EXPONENT - 1, 0, -1))
            self._climb(size for size in smaller if self._obstacle(size) is None)
        best = self._best()
        self._time(best, _WARM_UP_CALLS, self.seconds)
        return Latency(
            batches=tuple(self.tried[size] for size in sorted(self.tried)),
            predicted_batch_size=len(self.inputs),
            best_batch_size=best,
            search_ended=self.ended,
        )

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
            obstacle = self._obstacle(2**exponent)
            if obstacle is not None:
                self.ended = obstacle
                return
            yield 2**exponent

    def _obstacle(self, size: int) -> SearchEnd | None:
        """Return what forbids a batch; its time is guessed from the largest one so far."""
        if size > self.most_samples:
            return "memory"
        largest = max(self.tried)
        seconds_per_sample = median(self.tried[largest].seconds) / largest
        ends = time.perf_counter() + _SEARCH_CALLS * size * seconds_per_sample
        return "time" if ends > self.deadline else None

    def _throughput(self, size: int) -> float:
        return size / median(self.tried[size].seconds)

    def _time(self, size: int, warm_up_calls: int, least_seconds: float) -> None:
        """Time calls of a batch size, those that it had before included."""
        before = self.tried.get(size)
        batch = np.resize(self.inputs, (size, *self.inputs.shape[1:]))
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
            self.network.predict(batch)
        return watch.wall_seconds
