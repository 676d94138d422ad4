"""A run from its options to its outcome."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timezone
from pathlib import Path

from rich.console import Console

from contract.job import JobSpec
from contract.result import Result
from data.places import default_root
from data.progress import FetchUpdate
from orchestrator.commands.open_run import describe, open_store, run_record
from orchestrator.commands.options import RunOptions, plan_request
from orchestrator.engines.select import select_engine
from orchestrator.hosts.host import Host
from orchestrator.hosts.this_machine import ThisMachine
from orchestrator.plan.choose import choose_contenders
from orchestrator.plan.estimate import Costs
from orchestrator.plan.resources import check_disk
from orchestrator.run.aside import put_drifted_aside
from orchestrator.run.display import Display
from orchestrator.run.given_data import provide_data
from orchestrator.run.outcome import RunOutcome, gates_that_must_fail
from orchestrator.run.setting import Setting
from orchestrator.store.ownership import own
from orchestrator.store.source import read_source
from orchestrator.terminal.data_display import DataDisplay
from orchestrator.terminal.progress import make_display


def carry_out(options: RunOptions) -> RunOutcome:
    """Run what `options` ask for; every result is on disk as soon as it is there.

    Raises:
        PlumblineError: the run cannot start, or cannot continue; what was measured is kept.
        KeyboardInterrupt: the user stopped it; what was measured is kept.
    """
    host = ThisMachine()
    request, jobs = plan_request(options, host)
    console = Console()
    with (
        own(options.output) as owner,
        DataDisplay(console) as data_display,
        make_display(console) as display,
    ):
        if ended := host.end_leftovers(owner.output_id):
            display.say(f"leftover processes and containers of an earlier run, ended: {ended}")
        folder, results = _run(options, jobs, host, owner.output_id, display, data_display.update)
    return RunOutcome(folder, results, gates_that_must_fail(request.studies))


def _run(
    options: RunOptions,
    jobs: Sequence[JobSpec],
    host: Host,
    output_id: str,
    display: Display,
    on_data: Callable[[FetchUpdate], None],
) -> tuple[Path, list[Result]]:
    contenders = choose_contenders(options.contender_names)
    source = read_source()
    infos = [info for info, _ in contenders.values()]
    launcher, engine = select_engine(
        options.engine, infos, options.device, default_root(), source, output_id
    )
    display.say(f"engine: {engine.name} ({engine.version}): {engine.reason}")
    data_dir = {"data_dir": launcher.data_dir(default_root())}
    jobs = [job.model_copy(update=data_dir) for job in jobs]
    data = provide_data({job.dataset for job in jobs}, display, on_data)
    store, created = open_store(options, jobs, engine, display.say)
    if options.rerun_drifted:
        put_drifted_aside(store, jobs, display.say)
    check_disk(store.folder)
    planned = run_record(options, store.folder.name, created, jobs, engine, source, contenders)
    record = describe(store, planned, launcher, contenders, display.say)
    display.say(f"run: {store.folder} ({len(jobs)} jobs)")
    setting = Setting(jobs, launcher, store, contenders, data, host.name, host.identity(), display)
    results = host.run_all(setting, Costs.of_runs(options.output))
    store.write_run(record.model_copy(update={"finished": datetime.now(timezone.utc)}))
    return store.folder, results
