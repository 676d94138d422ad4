"""Reads a run's folder. Its files are not trusted: what is invalid becomes a named problem."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import get_args

from pydantic import ValidationError

from contract.base import Task
from contract.development import DevelopmentMetrics, DevelopmentRecord
from contract.drift import readings_by_block
from contract.event import Event, parse_event
from contract.job import JobIdentity, JobSpec
from contract.journal import SentinelReading, parse_journal
from contract.names import (
    DEVELOPMENT_FOLDER,
    EVENTS_NAME,
    JOB_NAME,
    JOBS_FOLDER,
    JOURNAL_NAME,
    RESULT_NAME,
    RUN_NAME,
    STUDIES_FOLDER,
)
from contract.result import Result
from contract.run import RunRecord
from contract.study import Study, StudyError, load_study
from contract.untrusted import (
    AnyModel,
    UntrustedError,
    open_plain_file,
    read_plain_file,
    read_record,
)
from report.run.records import Job, Problem, ReportError, Run

MAX_JOBS = 20_000
MAX_STUDIES = 100
MAX_CONTENDERS = 100
EVENTS_TAIL_BYTES = 64 * 1024

_JOB_ID = re.compile(
    r"(?P<study>[^.]+)\.(?P<workload>[^.]+)\.(?P<contender>[^.]+)\.(?P<protocol>[^.]+)"
    rf"\.(?P<device>[^.]+)\.(?P<task>{'|'.join(get_args(Task))})"
    r"\.seed(?P<seed>\d{1,10})\.repeat(?P<repeat>\d{1,10})"
)


def load_run(run_dir: Path) -> Run:
    """Read `run.json`, `jobs/`, `studies/`, `development/` and `journal.jsonl` of a run's folder.

    Raises:
        ReportError: the folder holds neither a readable run.json nor any job.
    """
    problems: list[Problem] = []
    record = _load_record(run_dir, problems)
    jobs = _load_jobs(run_dir, record, problems)
    if record is None and not jobs:
        raise ReportError(
            f"{run_dir}: no run here; give a folder that `plumbline run` wrote (it holds run.json)"
        )
    studies = _load_studies(run_dir, problems)
    wanted = record.studies if record else dict.fromkeys(job.identity.study for job in jobs)
    problems += [
        Problem(
            f"{STUDIES_FOLDER}/{study}.toml",
            "missing or unusable",
            "copy it from the kit's studies/",
        )
        for study in wanted
        if study not in studies
    ]
    development = _load_development(run_dir, problems)
    sentinels = _load_sentinels(run_dir, problems)
    name = run_dir.resolve().name
    return Run(name, record, jobs, studies, development, tuple(problems), sentinels)


def _load_record(run_dir: Path, problems: list[Problem]) -> RunRecord | None:
    remedy = "the report goes on with what the jobs say; run again for a complete record"
    return _load_model(run_dir, RUN_NAME, RunRecord, problems, remedy)


def _load_jobs(run_dir: Path, record: RunRecord | None, problems: list[Problem]) -> tuple[Job, ...]:
    folders = _entries(run_dir / JOBS_FOLDER, MAX_JOBS, problems)
    names = {folder.name for folder in folders if folder.is_dir() and not folder.is_symlink()}
    ordered = dict.fromkeys(record.order[:MAX_JOBS] if record else ())
    jobs = []
    for name in (*ordered, *sorted(names - set(ordered))):
        identity = _identity(name)
        if identity is None:
            problems.append(
                Problem(f"{JOBS_FOLDER}/{name}", "not the name of a job", "move it elsewhere")
            )
        elif name in names:
            jobs.append(_load_job(run_dir, identity, problems))
        else:
            jobs.append(Job(identity, started=False))
    return tuple(jobs)


def _load_job(run_dir: Path, identity: JobIdentity, problems: list[Problem]) -> Job:
    folder = f"{JOBS_FOLDER}/{identity.job_id}"
    remedy = "continue with `plumbline run --resume`: the job runs again, these files are set aside"
    spec = _load_model(run_dir, f"{folder}/{JOB_NAME}", JobSpec, problems, remedy)
    if spec is not None and spec.identity != identity:
        problems.append(Problem(f"{folder}/{JOB_NAME}", "belongs to another job", remedy))
        spec = None
    result = None
    if (run_dir / folder / RESULT_NAME).exists():
        result = _load_model(run_dir, f"{folder}/{RESULT_NAME}", Result, problems, remedy)
    if result is not None and result.job != identity:
        problems.append(Problem(f"{folder}/{RESULT_NAME}", "belongs to another job", remedy))
        result = None
    return Job(identity, True, spec, result, _last_event(run_dir / folder / EVENTS_NAME))


def _load_studies(run_dir: Path, problems: list[Problem]) -> dict[str, Study]:
    studies: dict[str, Study] = {}
    for path in _entries(run_dir / STUDIES_FOLDER, MAX_STUDIES, problems):
        where = f"{STUDIES_FOLDER}/{path.name}"
        try:
            read_plain_file(path)
            study = load_study(path)
        except (UntrustedError, StudyError, RecursionError) as error:
            cause = str(error).replace(f"{path}", path.name) or type(error).__name__
            problems.append(Problem(where, cause, "copy the study from the kit again"))
            continue
        studies[study.id] = study
    return studies


def _load_development(run_dir: Path, problems: list[Problem]) -> dict[str, DevelopmentMetrics]:
    """Return the numbers of every contender whose record names itself as its file does."""
    remedy = "continue with `plumbline run --resume`: it is written anew"
    found = {}
    for path in _entries(run_dir / DEVELOPMENT_FOLDER, MAX_CONTENDERS, problems):
        where = f"{DEVELOPMENT_FOLDER}/{path.name}"
        record = _load_model(run_dir, where, DevelopmentRecord, problems, remedy)
        if record is not None and f"{record.contender}.json" != path.name:
            problems.append(Problem(where, "belongs to another contender", remedy))
        elif record is not None:
            found[record.contender] = record.metrics
    return found


def _load_sentinels(run_dir: Path, problems: list[Problem]) -> dict[int, list[SentinelReading]]:
    """Return the readings that count; a run of before there were any has no journal."""
    path = run_dir / JOURNAL_NAME
    if not path.exists():
        return {}
    remedy = "without it drift is unknown; what it says of other things is lost too"
    try:
        entries, unusable = parse_journal(read_plain_file(path))
    except UntrustedError as error:
        problems.append(Problem(JOURNAL_NAME, str(error), remedy))
        return {}
    if unusable:
        problems.append(Problem(JOURNAL_NAME, f"lines that are no entries: {unusable}", remedy))
    return readings_by_block(entries)


def _load_model(
    run_dir: Path, where: str, model: type[AnyModel], problems: list[Problem], remedy: str
) -> AnyModel | None:
    """Return the file as a record, or None after noting why not."""
    try:
        return read_record(run_dir / where, model)
    except UntrustedError as error:
        problems.append(Problem(where, str(error), remedy))
        return None


def _entries(folder: Path, limit: int, problems: list[Problem]) -> list[Path]:
    """Return the sorted content of a folder, cut at `limit`; nothing where there is none."""
    if not folder.is_dir():
        return []
    entries = sorted(folder.iterdir())
    if len(entries) > limit:
        cause = f"{len(entries)} entries; the report reads the first {limit}"
        problems.append(Problem(folder.name, cause, "report on a smaller run"))
    return entries[:limit]


def _identity(name: str) -> JobIdentity | None:
    """Return the identity that a job's folder name spells, or None."""
    match = _JOB_ID.fullmatch(name)
    try:
        return JobIdentity.model_validate(match.groupdict()) if match else None
    except ValidationError:
        return None


def _last_event(path: Path) -> Event | None:
    """Return the last valid line of an events file; a torn last line is normal after a crash."""
    try:
        with open_plain_file(path) as file:
            file.seek(max(0, file.seek(0, os.SEEK_END) - EVENTS_TAIL_BYTES))
            lines = file.read(EVENTS_TAIL_BYTES).splitlines()
    except (OSError, UntrustedError):
        return None
    events = (parse_event(line) for line in reversed(lines))
    return next((event for event in events if event is not None), None)
