"""Hands a run to a host, block by block."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from operator import attrgetter
from pathlib import Path

from contract.contender import ContenderInfo
from contract.job import JobSpec
from contract.result import Result
from orchestrator.engines.launcher import Launcher
from orchestrator.hosts.host import Host
from orchestrator.plan.abilities import exceeds_abilities
from orchestrator.plan.estimate import Costs
from orchestrator.run.display import Display
from orchestrator.run.given_data import GivenData
from orchestrator.run.setting import Setting
from orchestrator.run.state import RunState
from orchestrator.run.weights import read_by_transfers
from orchestrator.store.store import RunStore


def run_blocks(
    jobs: Sequence[JobSpec],
    *,
    host: Host,
    launcher: Launcher,
    store: RunStore,
    contenders: Mapping[str, tuple[ContenderInfo, Path]],
    data: GivenData,
    costs: Costs,
    display: Display,
) -> list[Result]:
    """Run jobs in the order of the plan; return their results.

    A block is the jobs of one repeat, with the gates before it and what follows it once.

    Raises:
        KeyboardInterrupt: after the running job was stopped; the run can be resumed.
        PlumblineError: the disk is full, or jobs cannot be started any more.
    """
    setting = Setting(
        launcher=launcher,
        store=store,
        contenders=contenders,
        data=data,
        exceeding=exceeds_abilities(contenders, jobs),
        transferred=read_by_transfers(jobs),
        host=host.name,
        machine=host.identity(),
        display=display,
    )
    state = RunState.at_start(jobs, setting, costs)
    for _, block in groupby(jobs, key=attrgetter("repeat")):
        host.run(list(block), setting, state)
    return state.results
