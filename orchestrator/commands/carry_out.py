"""A run from its options to its outcome."""

from __future__ import annotations

from rich.console import Console

from data.places import default_root
from orchestrator.commands.open_run import describe, open_store, run_record
from orchestrator.commands.options import RunOptions, plan_request
from orchestrator.engines.select import select_engine
from orchestrator.hosts.this_machine import ThisMachine
from orchestrator.plan.choose import choose_contenders
from orchestrator.plan.estimate import Costs
from orchestrator.plan.resources import check_disk
from orchestrator.run.aside import put_drifted_aside
from orchestrator.run.given_data import provide_data
from orchestrator.run.outcome import RunOutcome, gates_that_must_fail
from orchestrator.run.setting import Setting
from orchestrator.store.journal import now
from orchestrator.store.output import own
from orchestrator.store.source import read_source
from orchestrator.terminal.data_display import DataDisplay
from orchestrator.terminal.progress import make_display


def carry_out(options: RunOptions) -> RunOutcome:
    """Run what `options` ask for; every result is on disk as soon as it is there.

    Raises:
        PlumblineError: the run cannot start, or cannot continue; what was measured is kept.
        KeyboardInterrupt: the user stopped it; what was measured is kept.
    """
    host, console, data_root = ThisMachine(), Console(), default_root()
    request, planned = plan_request(options, host)
    with (
        own(options.output) as owner,
        DataDisplay(console) as data_display,
        make_display(console) as display,
    ):
        if ended := host.end_leftovers(owner.output_id):
            display.say(f"leftover processes and containers of an earlier run, ended: {ended}")
        contenders = choose_contenders(request.contenders)
        infos = [info for info, _ in contenders.values()]
        source = read_source()
        launcher, engine = select_engine(
            options.engine, infos, options.device, data_root, source, owner.output_id
        )
        display.say(f"engine: {engine.name} ({engine.version}): {engine.reason}")
        data_dir = {"data_dir": launcher.data_dir(data_root)}
        jobs = [job.model_copy(update=data_dir) for job in planned]
        data = provide_data({job.dataset for job in jobs}, display, data_display.update)
        store, created = open_store(options, jobs, engine, display.say)
        if options.rerun_drifted:
            put_drifted_aside(store, jobs, display.say)
        check_disk(store.folder)
        record = run_record(options, store.folder.name, created, jobs, engine, source, contenders)
        record = describe(store, record, launcher, infos, display.say)
        display.say(f"run: {store.folder} ({len(jobs)} jobs)")
        setting = Setting(
            jobs, launcher, store, contenders, data, host.name, host.identity(), display
        )
        results = host.run_all(setting, Costs.of_runs(options.output))
        store.write_run(record.model_copy(update={"finished": now()}))
    return RunOutcome(store.folder, results, gates_that_must_fail(request.studies))
