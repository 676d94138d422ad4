"""Two runs, compared: the one thing that the formats write down."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from report.compare.blocks import machine_of
from report.compare.cells import Obstacle, match
from report.compare.changes import Change, changes, drift, repeats_to_see
from report.compare.origin import Difference, differences, machine_differences
from report.run.load import load_run
from report.run.machine import are_two_machines
from report.run.records import Problem, ReportError, Run
from report.statistics.unpaired import UnpairedTest, welch_test
from report.vocabulary.presentation import Style, styles

DEFAULT_PERCENT = 10.0
"""The change that enough repeats should show, where no limit was given."""


@dataclass(frozen=True)
class Between:
    """What two runs say together."""

    first: Run
    second: Run
    changes: tuple[Change, ...]
    """Contenders over all workloads, then single cells."""
    obstacles: tuple[Obstacle, ...]
    differences: tuple[Difference, ...]
    machines: tuple[Difference, ...]
    """In what the machines of the runs differ; where they do, there are no changes."""
    drift: float | None
    """By what factor all times moved, at the median."""
    machine: UnpairedTest | None
    """The sentinels of the second run against those of the first; None without two of each."""
    percent: float
    """The change that is looked for."""
    styles: Mapping[str, Style]

    @property
    def are_of_twins(self) -> bool:
        """Whether the runs are of two machines of the same make."""
        return not self.machines and are_two_machines(self.first.jobs, self.second.jobs)

    @property
    def found(self) -> tuple[Change, ...]:
        """What differs significantly, and not because everything does."""
        return tuple(change for change in self.changes if change.verdict in ("worse", "better"))

    @property
    def slower(self) -> tuple[Change, ...]:
        """The times that are significantly longer, by more than `percent`."""
        limit = 1 + self.percent / 100
        return tuple(
            change
            for change in self.found
            if change.verdict == "worse"
            and change.first.is_time
            and change.test is not None
            and change.test.scale == "ratio"
            and change.test.estimate > limit
        )

    @cached_property
    def repeats_needed(self) -> Mapping[Change, int | None]:
        """How many repeats would show a change of `percent` in what is compared by ratio.

        None where no reasonable number would; what has no test is left out.
        """
        return {
            change: repeats_to_see(change, self.percent)
            for change in self.changes
            if change.test is not None and change.test.scale == "ratio"
        }

    @property
    def problems(self) -> Iterator[tuple[str, Problem]]:
        """The files that could not be used, with the name of their run."""
        for run in (self.first, self.second):
            yield from ((run.name, problem) for problem in run.problems)


def compare_runs(first: Path, second: Path, percent: float = DEFAULT_PERCENT) -> Between:
    """Read and compare two runs' folders.

    Raises:
        ReportError: a folder holds no run, both hold the same, or they have nothing in common.
    """
    if first.resolve() == second.resolve():
        raise ReportError(f"{first} and {second} are the same run")
    found = between(load_run(first), load_run(second), percent)
    if not found.changes and not found.machines:
        reasons = "; ".join(obstacle.reason for obstacle in found.obstacles)
        raise ReportError(
            f"{first} and {second} have no measurement in common: {reasons or 'no jobs'}"
        )
    return found


def between(first: Run, second: Run, percent: float = DEFAULT_PERCENT) -> Between:
    """Compare two runs; of different machines no change is looked for."""
    machines = machine_differences(first, second)
    shared, obstacles = match(first, second)
    cells = [] if machines else shared
    machine = machine_of(first), machine_of(second)
    sentinels = [] if machines else [(list(machine[0].values()), list(machine[1].values()))]
    return Between(
        first=first,
        second=second,
        changes=changes(cells, machine),
        obstacles=obstacles,
        differences=differences(first, second),
        machines=machines,
        drift=drift(cells),
        machine=welch_test(sentinels),
        percent=percent,
        styles=styles(dict.fromkeys((*first.contenders, *second.contenders))),
    )
