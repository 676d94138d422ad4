"""Reads a run's folder. Its files are not trusted: what is invalid becomes a named problem."""

import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import get_args

from pydantic import ValidationError

from contract.base import Task
from contract.development import DevelopmentMetrics, DevelopmentRecord
from contract.drift import readings_by_block
from contract.event import Event, parse_event
from contract.job import JobIdentity, JobSpec
from contract.journal import Entry, QuietWait, SetAside, parse_journal, spared, taken_over
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
    return _Reader(run_dir).run()


class _Reader:
    """Reads a folder, and notes what cannot be used."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._problems: list[Problem] = []

    def run(self) -> Run:
        remedy = "the report goes on with what the jobs say; run again for a complete record"
        record = self._record(RUN_NAME, RunRecord, remedy)
        journal = self._journal()
        left_out = spared(journal)
        order = record.order[:MAX_JOBS] if record else ()
        jobs = tuple(self._jobs([job_id for job_id in order if job_id not in left_out]))
        if record is None and not jobs:
            raise ReportError(self._why_no_run())
        studies = self._studies()
        wanted = record.studies if record else dict.fromkeys(job.identity.study for job in jobs)
        for study in wanted:
            if study not in studies:
                where = f"{STUDIES_FOLDER}/{study}.toml"
                self._note(where, "missing or unusable", "copy it from the kit's studies/")
        development = self._development()
        return Run(
            self._folder.resolve().name,
            record,
            jobs,
            studies,
            development,
            tuple(self._problems),
            readings_by_block(journal),
            taken_over(journal),
            tuple(entry for entry in journal if isinstance(entry, SetAside) and entry.disturbed),
            tuple(entry for entry in journal if isinstance(entry, QuietWait)),
            left_out,
        )

    def _why_no_run(self) -> str:
        """Say what lies in the place of a run's folder."""
        folder, problem = self._folder, self._problems[0]
        if folder.is_symlink() and not folder.exists():
            return f"{folder}: no run here: the link leads to {folder.readlink()}, which is gone"
        if not folder.is_dir():
            return (
                f"{folder}: no run here: {'not a folder' if folder.exists() else 'no such folder'}"
            )
        if os.path.lexists(folder / RUN_NAME):
            return f"{folder}: {RUN_NAME} cannot be used ({problem.cause}), and there is no job"
        return f"{folder}: no run here: a run's folder holds {RUN_NAME} and {JOBS_FOLDER}/"

    def _jobs(self, order: Sequence[str]) -> Iterator[Job]:
        folders = self._entries(JOBS_FOLDER, MAX_JOBS)
        names = {folder.name for folder in folders if folder.is_dir() and not folder.is_symlink()}
        for name in dict.fromkeys((*order, *sorted(names))):
            identity = _identity(name)
            if identity is None:
                self._note(f"{JOBS_FOLDER}/{name}", "not the name of a job", "move it elsewhere")
            elif name in names:
                yield self._job(identity)
            else:
                yield Job(identity, started=False)

    def _job(self, identity: JobIdentity) -> Job:
        folder = f"{JOBS_FOLDER}/{identity.job_id}"
        remedy = (
            "continue with `plumbline run --resume`: the job runs again, these files are set aside"
        )
        spec = self._record(f"{folder}/{JOB_NAME}", JobSpec, remedy)
        if spec is not None and spec.identity != identity:
            self._note(f"{folder}/{JOB_NAME}", "belongs to another job", remedy)
            spec = None
        result, unusable_because = None, ""
        if os.path.lexists(self._folder / folder / RESULT_NAME):
            result = self._record(f"{folder}/{RESULT_NAME}", Result, remedy)
            if result is not None and result.job != identity:
                self._note(f"{folder}/{RESULT_NAME}", "belongs to another job", remedy)
                result = None
            unusable_because = "" if result else self._problems[-1].cause
        last_event = _last_event(self._folder / folder / EVENTS_NAME)
        return Job(identity, True, spec, result, last_event, unusable_because)

    def _studies(self) -> dict[str, Study]:
        studies: dict[str, Study] = {}
        for path in self._entries(STUDIES_FOLDER, MAX_STUDIES):
            try:
                read_plain_file(path)
                study = load_study(path)
            except (UntrustedError, StudyError, RecursionError) as error:
                cause = str(error).replace(f"{path}", path.name) or type(error).__name__
                where = f"{STUDIES_FOLDER}/{path.name}"
                self._note(where, cause, "copy the study from the kit again")
                continue
            studies[study.id] = study
        return studies

    def _development(self) -> dict[str, DevelopmentMetrics]:
        """Return the numbers of every contender whose record names itself as its file does."""
        remedy = "continue with `plumbline run --resume`: it is written anew"
        found = {}
        for path in self._entries(DEVELOPMENT_FOLDER, MAX_CONTENDERS):
            where = f"{DEVELOPMENT_FOLDER}/{path.name}"
            record = self._record(where, DevelopmentRecord, remedy)
            if record is not None and f"{record.contender}.json" != path.name:
                self._note(where, "belongs to another contender", remedy)
            elif record is not None:
                found[record.contender] = record.metrics
        return found

    def _journal(self) -> list[Entry]:
        """Return the entries; a run of before there were any has no journal."""
        path = self._folder / JOURNAL_NAME
        if not os.path.lexists(path):
            return []
        remedy = "without it drift is unknown; what it says of other things is lost too"
        try:
            entries, unusable = parse_journal(read_plain_file(path))
        except UntrustedError as error:
            self._note(JOURNAL_NAME, str(error), remedy)
            return []
        if unusable:
            self._note(JOURNAL_NAME, f"lines that are no entries: {unusable}", remedy)
        return entries

    def _record(self, where: str, model: type[AnyModel], remedy: str) -> AnyModel | None:
        """Return the file as a record, or None after noting why not."""
        try:
            return read_record(self._folder / where, model)
        except UntrustedError as error:
            self._note(where, str(error), remedy)
            return None

    def _entries(self, name: str, limit: int) -> list[Path]:
        """Return the sorted content of a folder, cut at `limit`; nothing where there is none."""
        folder = self._folder / name
        if os.path.lexists(folder) and not folder.is_dir():
            self._note(name, "not a folder", "move it elsewhere, and run again")
            return []
        try:
            entries = sorted(folder.iterdir()) if folder.is_dir() else []
        except OSError as error:
            self._note(name, f"cannot be read: {error.strerror}", "make it readable for this user")
            return []
        if len(entries) > limit:
            cause = f"{len(entries)} entries; the report reads the first {limit}"
            self._note(name, cause, "report on a smaller run")
        return entries[:limit]

    def _note(self, where: str, cause: str, remedy: str) -> None:
        self._problems.append(Problem(where, cause, remedy))


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
