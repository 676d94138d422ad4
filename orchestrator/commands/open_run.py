"""Opens the folder of a run, the newest one or a new one, and describes the run in it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from datetime import datetime

from contract.contender import ContenderInfo
from contract.job import JobSpec
from contract.run import EngineRecord, RunRecord
from contract.study import study_files
from orchestrator import places
from orchestrator.commands.options import RunOptions
from orchestrator.engines.launcher import Launcher
from orchestrator.errors import PlumblineError
from orchestrator.plan.choose import Contenders
from orchestrator.records.bill import write_bills
from orchestrator.records.development.record import write_development
from orchestrator.store.journal import now
from orchestrator.store.output import latest_run, point_latest_to
from orchestrator.store.source import Source
from orchestrator.store.store import RunStore

Say = Callable[[str], None]


def open_store(
    options: RunOptions, jobs: Sequence[JobSpec], engine: EngineRecord, say: Say
) -> tuple[RunStore, datetime]:
    """Return the newest run and its date where it is to be resumed and is of the same plan.

    Else a new one.

    Raises:
        PlumblineError: drifted blocks are to run again, and the newest run is of another plan.
    """
    resumes = options.resume or options.rerun_drifted
    previous = latest_run(options.output, say) if resumes else None
    if previous is not None:
        store, record = previous
        plan = (tuple(job.job_id for job in jobs), options.profile, engine.name)
        if (record.order, record.profile, record.engine.name) == plan:
            store.check_journal(say)
            return store, record.created
    if options.rerun_drifted:
        raise PlumblineError(
            f"--rerun-drifted: the newest run in {options.output} has other jobs",
            "pass the arguments of that run: `command` in its run.json",
        )
    created = now()
    return RunStore.create(options.output, f"{created:%Y%m%d-%H%M%S}-{options.profile}"), created


def describe(
    store: RunStore,
    record: RunRecord,
    launcher: Launcher,
    infos: Sequence[ContenderInfo],
    say: Say,
) -> RunRecord:
    """Write all that a run's folder says of the run itself; return its record with the bills."""
    bills = write_bills(store, infos, launcher, record.device, record.created, say)
    record = record.model_copy(update={"bills_of_materials": bills})
    store.write_run(record)
    files = study_files(places.STUDIES_DIR)
    store.keep_studies({study_id: files[study_id] for study_id in record.studies})
    point_latest_to(store, say)
    write_development(store, infos, launcher, record.device)
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
        device=options.device,
        repeats=max(job.repeat for job in jobs),
        seed=options.seed,
        command=tuple(sys.argv[1:]),
        plumbline_version=source.version,
        source_commit=source.commit,
        source_dirty=source.dirty,
        order=tuple(job.job_id for job in jobs),
    )
