"""What all jobs of a run have in common."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from contract.contender import ContenderInfo
from contract.result import Failure
from orchestrator.engines.launcher import Launcher
from orchestrator.run.display import Display
from orchestrator.run.given_data import GivenData
from orchestrator.store.store import RunStore


@dataclass(frozen=True)
class Setting:
    """What the jobs of a run are run with."""

    launcher: Launcher
    store: RunStore
    contenders: Mapping[str, tuple[ContenderInfo, Path]]
    """Description and source folder by name."""
    data: GivenData
    exceeding: Mapping[str, Failure]
    """The jobs, by id, that exceed their contender's abilities, and why."""
    transferred: Collection[str]
    """Ids of the training jobs whose weights a planned transfer reads."""
    host: str
    """Name of the machine, for the journal."""
    machine: str
    """What tells the machine from another, for the cache key."""
    display: Display
