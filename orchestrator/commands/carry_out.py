"""A run from its options to its outcome: its folder is opened and described, its jobs are run."""

import sys
from collections.abc import Sequence
from datetime import datetime
from functools import partial

from rich.console import Console

from contract.contender import ContenderInfo
from contract.job import JobSpec
from contract.journal import taken_over
from contract.run import EngineRecord, RunRecord
from contract.study import study_files
from contract.words import counted
from data.places import default_root
from orchestrator import places
from orchestrator.commands.live_page import RunPage
from orchestrator.commands.options import RunOptions, plan_request
from orchestrator.engines.launcher import Launcher
from orchestrator.engines.select import SelectEngine, select_engine
from orchestrator.errors import PlumblineError
from orchestrator.hosts.this_machine import ThisMachine
from orchestrator.plan.choose import Contenders, choose_contenders
from orchestrator.plan.estimate import Costs
from orchestrator.plan.resources import check_disk
from orchestrator.records.bill import write_bills
from orchestrator.records.development.record import write_development
from orchestrator.run.aside import put_drifted_aside
from orchestrator.run.context import RunContext
from orchestrator.run.given_data import provide_data
from orchestrator.run.outcome import RunOutcome, gates_that_must_fail
from orchestrator.run.steering import Goal
from orchestrator.store.earlier_runs import EarlierRuns
from orchestrator.store.journal import now
from orchestrator.store.output import Say, latest_run, own, point_latest_to
from orchestrator.store.proofs import ProofStore
from orchestrator.store.references import ReferenceStore
from orchestrator.store.source import Source, read_source
from orchestrator.store.store import RunStore
from orchestrator.terminal.data_display import DataDisplay
from orchestrator.terminal.progress import make_display


def carry_out(
    options: RunOptions, select: SelectEngine = select_engine, page: RunPage | None = None
) -> RunOutcome:
    """Run what `options` ask for; every result is on disk as soon as it is there.

    Args:
        options: What is asked for.
        select: Chooses the engine.
        page: Shows the verdicts while the run goes on.

    Raises:
        PlumblineError: the run cannot start, or cannot continue; what was measured is kept.
        KeyboardInterrupt: the user stopped it; what was measured is kept.
    """
    from report.look import look  # what it imports takes a second

    host, console, data_root = ThisMachine(), Console(), default_root()
    request, planned = plan_request(options, host)
    with (
        own(options.runs_folder) as owner,
        DataDisplay(console) as data_display,
        make_display(console) as display,
    ):
        if ended := host.end_leftovers(owner.output_id):
            display.say(f"leftover processes and containers of an earlier run, ended: {ended}")
        contenders = choose_contenders(request.contenders)
        infos = [info for info, _ in contenders.values()]
        source = read_source()
        launcher, engine = select(
            options.engine, infos, options.devices, data_root, source, owner.output_id
        )
        display.say(f"engine: {engine.name} ({engine.version}): {engine.reason}")
        display.say(f"resources: {host.explain(planned[0].limits)}")
        data_dir = {"data_dir": launcher.data_dir(data_root)}
        jobs = [job.model_copy(update=data_dir) for job in planned]
        data = provide_data({job.dataset for job in jobs}, display, data_display.update)
        store, created = open_store(options, jobs, engine, display.say)
        if options.rerun_drifted:
            put_drifted_aside(store, jobs, display.say)
        check_disk(store.folder)
        record = run_record(options, store.folder.name, created, jobs, engine, source, contenders)
        record = _describe(store, record, launcher, infos, display.say)
        display.say(f"run: {store.folder} ({counted(len(jobs), 'job')})")
        conditions = (launcher, contenders, data, host.identity())
        proofs = ProofStore(options.proofs_folder, fresh=options.fresh)
        references = ReferenceStore(options.proofs_folder / "references", fresh=options.fresh)
        measures_anew = options.fresh or options.rerun_drifted
        earlier = EarlierRuns(options.runs_folder, fresh=measures_anew)
        kept = (proofs, references, earlier)
        context = RunContext(*conditions, jobs, store, *kept, host.name, display)
        show = partial(page.write, store.folder, display.say) if page else None
        goal = Goal(request.asked_by_turns(), partial(look, store.folder), show)
        costs = Costs.of_runs(options.runs_folder)
        results = host.run_all(context, costs, goal, request.budget_seconds)
        store.write_run(record.model_copy(update={"finished": now()}))
    from_earlier = taken_over(store.journal.entries())
    return RunOutcome(store.folder, results, gates_that_must_fail(request.studies), from_earlier)


def open_store(
    options: RunOptions, jobs: Sequence[JobSpec], engine: EngineRecord, say: Say
) -> tuple[RunStore, datetime]:
    """Return the newest run and its date where it is to be resumed and is of the same plan.

    Else a new one.

    Raises:
        PlumblineError: drifted blocks are to run again, and the newest run is of another plan.
    """
    resumes = options.resume or options.rerun_drifted
    previous = latest_run(options.runs_folder, say) if resumes else None
    if previous is not None:
        store, record = previous
        plan = (tuple(job.job_id for job in jobs), options.profile, engine.name)
        if (record.order, record.profile, record.engine.name) == plan:
            store.check_journal(say)
            return store, record.created
    if options.rerun_drifted and previous is None:
        raise PlumblineError(
            f"--rerun-drifted: {options.runs_folder} holds no run that can be continued",
            "leave --rerun-drifted out: a new run measures every block",
        )
    if options.rerun_drifted:
        raise PlumblineError(
            f"--rerun-drifted: the newest run in {options.runs_folder} has other jobs",
            "pass the arguments of that run: `command` in its run.json",
        )
    created = now()
    run_id = f"{created:%Y%m%d-%H%M%S}-{options.profile}"
    return RunStore.create(options.runs_folder, run_id), created


def _describe(
    store: RunStore, record: RunRecord, launcher: Launcher, infos: Sequence[ContenderInfo], say: Say
) -> RunRecord:
    """Write all that a run's folder says of the run itself; return its record with the bills."""
    bills = write_bills(store, infos, launcher, record.devices, record.created, say)
    record = record.model_copy(update={"bills_of_materials": bills})
    store.write_run(record)
    files = study_files(places.STUDIES_DIR)
    store.keep_studies({study_id: files[study_id] for study_id in record.studies})
    point_latest_to(store, say)
    write_development(store, infos, launcher, record.devices[0])
    return record


def run_record(
    options: RunOptions,
    run_id: str,
    created: datetime,
    jobs: Sequence[JobSpec],
    engine: EngineRecord,
    source: Source,
    contenders: Contenders,
) -> RunRecord:
    """Return what is to be run, before anything ran."""
    return RunRecord(
        run_id=run_id,
        created=created,
        finished=None,
        profile=options.profile,
        engine=engine,
        studies=tuple(sorted({job.study for job in jobs})),
        contenders=tuple(contenders),
        protocols=options.protocols,
        devices=options.devices,
        repeats=max(job.repeat for job in [job for job in jobs if job.task != "turns"] or jobs),
        seed=options.seed,
        budget_seconds=options.budget_seconds,
        command=tuple(sys.argv[1:]),
        plumbline_version=source.version,
        source_commit=source.commit,
        source_dirty=source.dirty,
        order=tuple(job.job_id for job in jobs),
    )
