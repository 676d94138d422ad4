"""How long predictions take by batch size, over the repeats of a contender."""

from collections import Counter
from dataclasses import dataclass
from statistics import median

import numpy as np

from contract.base import Device, Protocol
from contract.latency import Latency, SearchEnd
from report.run.disturbed import undisturbed
from report.run.measurements import Setting
from report.run.scope import Scope

QUANTILES = (0.5, 0.9, 0.99)


@dataclass(frozen=True)
class Timed:
    """One batch size of one contender, all repeats together."""

    batch_size: int
    seconds: tuple[float, ...]
    """Every timed call."""
    first_seconds: tuple[float, ...]
    """The first call of each repeat, which warms up."""

    @property
    def samples_per_second(self) -> float:
        """Batch size over the median call."""
        return self.batch_size / median(self.seconds)

    def quantile(self, share: float) -> float | None:
        """Return the time that this share of the calls stayed within, interpolated linearly.

        None where fewer than 1/(1 − share) calls were timed: it would be the largest of them.
        """
        enough = len(self.seconds) >= least_calls(share)
        return float(np.quantile(self.seconds, share)) if enough else None


@dataclass(frozen=True)
class Latencies:
    """One contender's predictions by batch size."""

    setting: Setting
    runs: tuple[Latency, ...]
    """One per repeat, at least one."""

    @property
    def predicted_size(self) -> int:
        """The batch of the prediction measurement."""
        return self.runs[0].predicted_batch_size

    @property
    def best_size(self) -> int:
        """The best batch of most repeats; the larger one of two that are equally frequent."""
        votes = Counter(run.best_batch_size for run in self.runs)
        return max(votes, key=lambda size: (votes[size], size))

    @property
    def search_ends(self) -> tuple[SearchEnd, ...]:
        """Why the repeats tried no larger batch, each reason once."""
        return tuple(dict.fromkeys(run.search_ended for run in self.runs))

    def timed(self, batch_size: int) -> Timed:
        """Join the repeats' calls of a batch size; at least one repeat has to have timed it."""
        found = [
            batch for run in self.runs for batch in run.batches if batch.batch_size == batch_size
        ]
        return Timed(
            batch_size,
            tuple(seconds for batch in found for seconds in batch.seconds),
            tuple(batch.warmup_seconds[0] for batch in found),
        )


def least_calls(share: float) -> int:
    """Return how many calls a quantile needs: 2 for the median, 100 for the 99th percentile."""
    return round(1 / (1 - share))


def latencies(scope: Scope, protocol: Protocol, device: Device) -> list[Latencies]:
    """Return the predictions of every contender that timed any undisturbed."""
    found = []
    for setting in scope.settings(protocol, device, "predict"):
        results = undisturbed(scope.measurements.results(setting))
        runs = tuple(result.latency for result in results if result.latency is not None)
        if runs:
            found.append(Latencies(setting, runs))
    return found
