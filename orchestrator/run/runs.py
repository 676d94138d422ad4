"""A run from request to results: studies, data, engine, plan, store, execution."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path

from contract.base import Device, ProfileName, Protocol, Task
from contract.contender import ContenderError, ContenderInfo, discover_contenders
from contract.job import JobSpec
from contract.run import EngineRecord, RunRecord
from contract.study import Study, StudyError, load_studies, study_files
from data.places import default_root
from data.progress import FetchUpdate
from orchestrator.engines.leftovers import end_leftovers
from orchestrator.engines.select import EngineChoice, select_engine
from orchestrator.errors import PlumblineError
from orchestrator.places import RUNNERS_DIR, STUDIES_DIR
from orchestrator.plan.estimate import Costs
from orchestrator.plan.plan import Request, plan_jobs
from orchestrator.plan.resources import check_disk, grant
from orchestrator.records.bill import write_bills
from orchestrator.records.development.record import write_development
from orchestrator.run.display import Display
from orchestrator.run.execute import Executor
from orchestrator.run.given_data import provide_data
from orchestrator.run.outcome import RunOutcome, gates_that_must_fail
from orchestrator.run.reuse import put_drifted_aside
from orchestrator.run.sentinel import BlockWatch
from orchestrator.store.ownership import own
from orchestrator.store.source import Source, read_source
from orchestrator.store.store import RunStore, latest_run

Contenders = dict[str, tuple[ContenderInfo, Path]]


@dataclass(frozen=True)
class RunOptions:
    """What the command line said."""

    studies: Sequence[str]
    """Ids; none means all."""
    profile: ProfileName
    engine: EngineChoice
    contenders: Sequence[str]
    """Names; none means all."""
    protocols: Sequence[Protocol]
    device: Device
    seed: int
    repeats: int | None
    cpus: int | None
    threads: int | None
    memory: str | None
    output: Path
    resume: bool
    rerun_drifted: bool
    """Whether the blocks in which the machine changed are run again."""
    tasks: Sequence[Task]
    command: Sequence[str]
    """The arguments, for the record."""


def choose_studies(names: Sequence[str]) -> tuple[Study, ...]:
    """Return the studies by id, all where none is named."""
    try:
        studies = load_studies(STUDIES_DIR)
    except StudyError as error:
        raise PlumblineError(str(error), "mend the file at that line") from error
    return tuple(studies[name] for name in _known(names, list(studies), "study"))


def choose_contenders(names: Sequence[str]) -> Contenders:
    """Return the contenders by name, all where none is named."""
    try:
        found = discover_contenders(RUNNERS_DIR)
    except ContenderError as error:
        raise PlumblineError(str(error), "mend the file at that line") from error
    return {name: found[name] for name in _known(names, list(found), "contender")}


def plan(options: RunOptions) -> tuple[Request, list[JobSpec]]:
    """Return what `options` ask for, and its jobs in order; start nothing."""
    request = Request(
        studies=choose_studies(options.studies),
        profile=options.profile,
        contenders=tuple(choose_contenders(options.contenders)),
        device=options.device,
        seed=options.seed,
        repeats=options.repeats,
        protocols=tuple(options.protocols),
    )
    limits = grant(options.cpus, options.threads, options.memory)
    return request, plan_jobs(request, limits, str(default_root()), options.tasks)


def carry_out(
    options: RunOptions, display: Display, on_data: Callable[[FetchUpdate], None]
) -> RunOutcome:
    """Run what `options` ask for; every result is on disk as soon as it is there.

    Raises:
        PlumblineError: the run cannot start, or cannot go on; what was measured is kept.
        KeyboardInterrupt: the user stopped it; what was measured is kept.
    """
    request, jobs = plan(options)
    with own(options.output) as owner:
        left = end_leftovers(owner.output_id)
        if left:
            display.say(f"ended what an earlier run had left running: {left}")
        return _carry_out(options, request, jobs, owner.output_id, display, on_data)


def _carry_out(
    options: RunOptions,
    request: Request,
    jobs: Sequence[JobSpec],
    output_id: str,
    display: Display,
    on_data: Callable[[FetchUpdate], None],
) -> RunOutcome:
    contenders = choose_contenders(options.contenders)
    source = read_source()
    infos = [info for info, _ in contenders.values()]
    engine, record = select_engine(
        options.engine, infos, options.device, default_root(), source, output_id
    )
    data_dir = {"data_dir": engine.data_dir(default_root())}
    jobs = [job.model_copy(update=data_dir) for job in jobs]
    display.say(f"engine: {engine.name} ({record.version}): {record.reason}")
    data = provide_data({job.dataset for job in jobs}, display, on_data)
    store, created = _open_store(options, jobs, record)
    if options.rerun_drifted:
        put_drifted_aside(store, jobs, display.say)
    check_disk(store.folder)
    run = _record(options, store, created, jobs, record, source, list(contenders))
    bills = write_bills(store, infos, engine, options.device, created, display.say)
    run = run.model_copy(update={"bills_of_materials": bills})
    store.write_run(run)
    files = study_files(STUDIES_DIR)
    store.keep_studies({study_id: files[study_id] for study_id in run.studies})
    store.point_latest_here()
    display.say(f"run: {store.folder} ({len(jobs)} jobs)")
    write_development(store, infos, engine, options.device)
    costs = Costs.of_runs(options.output)
    watch = BlockWatch(jobs, store.journal, display.say)
    executor = Executor(
        engine, store, contenders, data.unavailable, display, watch, costs, data.sha256
    )
    results = executor.run(jobs)
    store.write_run(run.model_copy(update={"finished": datetime.now(timezone.utc)}))
    return RunOutcome(store.folder, results, gates_that_must_fail(request.studies))


def _open_store(
    options: RunOptions, jobs: Sequence[JobSpec], engine: EngineRecord
) -> tuple[RunStore, datetime]:
    """Return the newest run and its date where it is to be resumed and is of the same plan.

    Else a new one.

    Raises:
        PlumblineError: drifted blocks are to run again, and the newest run is of another plan.
    """
    plan = (tuple(job.job_id for job in jobs), options.profile, engine.name)
    previous = latest_run(options.output) if options.resume else None
    if previous is not None:
        record = previous.read_run()
        if (record.order, record.profile, record.engine.name) == plan:
            return previous, record.created
    if options.rerun_drifted:
        raise PlumblineError(
            f"--rerun-drifted: {options.output} has no newest run of just these jobs",
            "give the arguments of that run; they stand as `command` in its run.json",
        )
    now = datetime.now(timezone.utc)
    return RunStore.create(options.output, f"{now:%Y%m%d-%H%M%S}-{options.profile}"), now


def _record(
    options: RunOptions,
    store: RunStore,
    created: datetime,
    jobs: Sequence[JobSpec],
    engine: EngineRecord,
    source: Source,
    contenders: list[str],
) -> RunRecord:
    return RunRecord(
        run_id=store.folder.name,
        created=created,
        finished=None,
        profile=options.profile,
        engine=engine,
        studies=tuple(sorted({job.study for job in jobs})),
        contenders=tuple(contenders),
        protocols=tuple(options.protocols),
        device=options.device,
        repeats=max(job.repeat for job in jobs),
        seed=options.seed,
        command=tuple(options.command),
        plumbline_version=source.version,
        source_commit=source.commit,
        source_dirty=source.dirty,
        order=tuple(job.job_id for job in jobs),
    )


def _known(names: Sequence[str], known: list[str], kind: str) -> list[str]:
    unknown = [name for name in names if name not in known]
    if unknown:
        raise PlumblineError(
            f"no {kind} {', '.join(map(repr, unknown))}", f"choose from: {', '.join(known)}"
        )
    return [name for name in known if name in names] if names else known
