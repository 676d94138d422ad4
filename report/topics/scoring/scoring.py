"""Tables that were scored: what the repeats of a contender on one table come to."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from contract.base import Device
from contract.outcomes import Scoring
from report.run.disturbed import undisturbed
from report.run.measurements import Setting
from report.run.scope import Scope


@dataclass(frozen=True)
class Scored:
    """One contender on one table."""

    setting: Setting
    runs: Mapping[int, Scoring]
    """At least one, by the number of the block."""

    @property
    def latest(self) -> Scoring:
        """The run of the last block."""
        return self.runs[max(self.runs)]

    @property
    def rows(self) -> int:
        """Rows of the table."""
        return self.latest.rows

    @property
    def scans(self) -> tuple[float, ...]:
        """Seconds of every scan but each job's first."""
        return tuple(seconds for run in self.runs.values() for seconds in run.scan_seconds)

    @property
    def seconds_per_row(self) -> float:
        """Of the median scan."""
        return median(self.scans) / self.rows

    @property
    def peak_memory_bytes(self) -> int:
        """The largest of the runs."""
        return max(run.scan_peak_memory_bytes for run in self.runs.values())

    @property
    def largest_logit_difference(self) -> float:
        """The largest of the runs."""
        return max(run.largest_logit_difference for run in self.runs.values())


def scored(scope: Scope, device: Device) -> list[Scored]:
    """Return what each contender made of a workload's table in its undisturbed jobs, if any."""
    found = []
    for setting in scope.settings("matched", device, "score"):
        runs = {
            result.job.repeat: result.scoring
            for result in undisturbed(scope.measurements.results(setting))
            if result.scoring is not None
        }
        if runs:
            found.append(Scored(setting, runs))
    return found


def agree(found: Sequence[Scored]) -> bool | None:
    """Tell whether all contenders of a table counted the same rows by the same classes.

    The weights are drawn from a block's seed: only runs of one block can be compared. None where
    no block has two of them.
    """
    by_block: dict[int, list[tuple[int, ...]]] = {}
    for entry in found:
        for block, run in entry.runs.items():
            by_block.setdefault(block, []).append((run.selected, run.right, *run.predicted))
    compared = [counts for counts in by_block.values() if len(counts) > 1]
    return all(len(set(counts)) == 1 for counts in compared) if compared else None


def by_contender(tables: Sequence[Sequence[Scored]]) -> Iterator[tuple[str, list[Scored]]]:
    """Yield each contender with its tables, the smallest first."""
    entries = [entry for found in tables for entry in found]
    for name in dict.fromkeys(entry.setting.contender for entry in entries):
        own = [entry for entry in entries if entry.setting.contender == name]
        yield name, sorted(own, key=lambda entry: entry.rows)
