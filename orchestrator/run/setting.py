"""What all jobs of a run have in common."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from contract.contender import ContenderInfo
from contract.job import JobSpec
from contract.result import Failure
from orchestrator.engines.launcher import Launcher
from orchestrator.plan.abilities import exceeds_abilities
from orchestrator.run import weights
from orchestrator.run.display import Display
from orchestrator.run.given_data import GivenData
from orchestrator.store.store import RunStore


@dataclass(frozen=True)
class Setting:
    """What the jobs of a run are run with."""

    jobs: Sequence[JobSpec]
    """All of them, in the order of the plan."""
    launcher: Launcher
    store: RunStore
    contenders: Mapping[str, tuple[ContenderInfo, Path]]
    """Description and source folder by name."""
    data: GivenData
    host: str
    """Name of the machine, for the journal."""
    machine: str
    """What tells the machine from another, for the cache key."""
    display: Display

    @cached_property
    def exceeding(self) -> Mapping[str, Failure]:
        """The jobs, by id, that exceed their contender's abilities, and why."""
        return exceeds_abilities(self.contenders, self.jobs)

    @cached_property
    def transferred(self) -> set[str]:
        """Ids of the training jobs whose weights a planned transfer reads."""
        return weights.read_by_transfers(self.jobs)
