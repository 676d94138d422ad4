"""A run's folder: what is in it, and what of it can be used again."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from itertools import chain, count
from pathlib import Path

from contract import names
from contract.development import DevelopmentRecord
from contract.evidence import Equivalence
from contract.job import JobSpec
from contract.journal import parse_journal
from contract.result import Failure, Result, Status
from contract.run import RunRecord
from contract.untrusted import UntrustedError, read_plain_file, read_record
from orchestrator.errors import PlumblineError
from orchestrator.store.cache_key import CacheKey, changed_parts, key_text, parse_key
from orchestrator.store.files import (
    free_name,
    is_in_the_way,
    remove,
    why_unreadable,
    write_atomically,
)
from orchestrator.store.journal import Journal, now

_RESERVE_NAME = ".reserve"
_RESERVE_BYTES = 2**18


class RunStore:
    """One run's folder, `results/<run>`; everything in it is written atomically."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.journal = Journal(folder)

    @classmethod
    def create(cls, output: Path, run_id: str) -> RunStore:
        """Make the folder of a new run below `output`, under that name or the next that is free.

        Names tell the wall clock's time; where it was set back, a name can be taken.

        Raises:
            PlumblineError: it cannot be made.
        """
        later = (output / f"{run_id}-{number}" for number in count(2))
        folder = next(folder for folder in chain([output / run_id], later) if not folder.exists())
        try:
            folder.mkdir(parents=True)
        except OSError as error:
            raise PlumblineError(
                f"{output} cannot be written: {error.strerror}", "choose a folder with --output"
            ) from error
        return cls(folder)

    def job_folder(self, job_id: str) -> Path:
        """Return the folder of a job."""
        return self.folder / names.JOBS_FOLDER / job_id

    def write_run(self, record: RunRecord) -> None:
        """Write `run.json`."""
        write_atomically(self.folder / names.RUN_NAME, record.model_dump_json(indent=2) + "\n")

    def write_development(self, record: DevelopmentRecord) -> None:
        """Write what it costs to work with a contender."""
        path = self.folder / names.DEVELOPMENT_FOLDER / f"{record.contender}.json"
        write_atomically(path, record.model_dump_json(indent=2) + "\n")

    def keep_studies(self, files: Mapping[str, Path]) -> None:
        """Keep the study files, by id, as they were run."""
        for study_id, path in files.items():
            kept = self.folder / names.STUDIES_FOLDER / f"{study_id}.toml"
            write_atomically(kept, path.read_text(encoding="utf-8"))

    def prepare(self, job: JobSpec, evidence: Equivalence | None) -> Path:
        """Empty a job's folder and put in what the runner reads.

        Raises:
            OSError: the disk is full: not even a failure could be recorded.
        """
        self._reserve()
        folder = self.job_folder(job.job_id)
        remove(folder)
        write_atomically(folder / names.JOB_NAME, job.model_dump_json(indent=2) + "\n")
        if evidence is not None:
            write_atomically(folder / names.EVIDENCE_NAME, evidence.model_dump_json() + "\n")
        return folder

    def accept(self, job: JobSpec, key: CacheKey) -> None:
        """File a job's result under its key: only what was judged to be good is used again."""
        write_atomically(self.job_folder(job.job_id) / names.KEY_NAME, key_text(key))

    def read_result(self, job_id: str) -> Result | None:
        """Return a job's result, None where there is no valid one."""
        try:
            return read_record(self.job_folder(job_id) / names.RESULT_NAME, Result)
        except UntrustedError:
            return None

    def jobs(self) -> Iterator[JobSpec]:
        """Yield the jobs that were begun, as they were run."""
        for path in sorted((self.folder / names.JOBS_FOLDER).glob("*")):
            job = self.read_job(path.name)
            if job is not None:
                yield job

    def read_job(self, job_id: str) -> JobSpec | None:
        """Return a job as it was run, None where there is no valid one."""
        try:
            return read_record(self.job_folder(job_id) / names.JOB_NAME, JobSpec)
        except UntrustedError:
            return None

    def read_key(self, job_id: str) -> CacheKey | None:
        """Return what a job's result depends on, None where that was not written."""
        try:
            return parse_key(read_plain_file(self.job_folder(job_id) / names.KEY_NAME))
        except (UntrustedError, ValueError):
            return None

    def why_not_reusable(self, earlier: Result, key: CacheKey) -> str:
        """Say why a job's result must not be used again; "" where it may: all is as it was."""
        if earlier.status == "failed":
            return "it failed"
        stored = self.read_key(earlier.job.job_id)
        if stored is None:
            return "its cache key is missing"
        changed = changed_parts(stored, key)
        return f"{', '.join(changed)} changed" if changed else ""

    def misplaced(self) -> str:
        """Say what lies in the place of one of the run's folders; "" where nothing does."""
        folders = (
            *(names.JOBS_FOLDER, names.STUDIES_FOLDER, names.DEVELOPMENT_FOLDER),
            names.ASIDE_FOLDER,
        )
        wrong = [name for name in folders if is_in_the_way(self.folder / name)]
        return f"{', '.join(wrong)}: not a folder" if wrong else ""

    def unreadable(self, job_id: str) -> str:
        """Return which of a job's files are there and cannot be read, and why; "" where none is."""
        folder = self.job_folder(job_id)
        if is_in_the_way(folder):
            return "the job's folder is none"
        readers = {
            names.RESULT_NAME: lambda path: read_record(path, Result),
            names.JOB_NAME: lambda path: read_record(path, JobSpec),
            names.KEY_NAME: lambda path: parse_key(read_plain_file(path)),
        }
        found = [why_unreadable(folder / name, read) for name, read in readers.items()]
        return "; ".join(filter(None, found))

    def check_journal(self, say: Callable[[str], None]) -> None:
        """Say what of the journal cannot be read; where that is all of it, set it aside."""
        path = self.folder / names.JOURNAL_NAME
        if problem := why_unreadable(path, read_plain_file):
            place = self.set_aside(path).relative_to(self.folder)
            say(f"{problem}; it is kept in {place}, and a new one begins")
        elif path.exists() and (lines := parse_journal(read_plain_file(path))[1]):
            say(f"{path}: unreadable lines, which are ignored: {lines}")

    def set_aside(self, path: Path) -> Path:
        """Move a file or a folder to `aside/`, where nothing reads it; return its new place."""
        aside = self.folder / names.ASIDE_FOLDER
        aside.mkdir(exist_ok=True)
        return path.rename(free_name(aside / path.name))

    def has_measured(self, job: JobSpec) -> bool:
        """Whether there is a good result of the job, be it of other software."""
        result = self.read_result(job.job_id)
        return result is not None and result.status == "ok"

    def write_outcome(self, job: JobSpec, status: Status, failure: Failure) -> Result:
        """Record that a job ended without a measurement."""
        at = now()
        return self.write_result(
            Result(status=status, job=job.identity, started=at, finished=at, failure=failure)
        )

    def write_result(self, result: Result) -> Result:
        """Write the result of a job that was not left to its runner to write; return it."""
        path = self.job_folder(result.job.job_id) / names.RESULT_NAME
        text = result.model_dump_json(indent=2) + "\n"
        try:
            write_atomically(path, text)
        except OSError:
            (self.folder / _RESERVE_NAME).unlink(missing_ok=True)
            write_atomically(path, text)
        return result

    def _reserve(self) -> None:
        """Keep room on the disk, so that a job which fills it can still be recorded as failed."""
        with (self.folder / _RESERVE_NAME).open("wb") as file:
            os.posix_fallocate(file.fileno(), 0, _RESERVE_BYTES)
