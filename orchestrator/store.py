"""A run's folder: what is in it, and what of it can be used again."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from datetime import datetime, timezone
from pathlib import Path

from filelock import FileLock, Timeout
from pydantic import ValidationError

from contract.development import DevelopmentRecord
from contract.job import JobSpec
from contract.result import Equivalence, Failure, Result
from contract.run import RunRecord
from orchestrator.engines.engine import EVIDENCE_NAME, JOB_NAME
from orchestrator.errors import PlumblineError

RUN_NAME = "run.json"
RESULT_NAME = "result.json"
EVENTS_NAME = "events.jsonl"
LATEST_NAME = "latest"
_KEY_NAME = "key"
_RESULT_LIMIT_BYTES = 16 * 2**20


class RunStore:
    """One run's folder, `results/<run>`; everything in it is written atomically."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock = FileLock(folder / ".lock")

    @classmethod
    def create(cls, output: Path, run_id: str) -> RunStore:
        """Make the folder of a new run below `output`; raise PlumblineError where that fails."""
        folder = output / run_id
        try:
            folder.mkdir(parents=True)
        except OSError as error:
            raise PlumblineError(
                f"{output} cannot be written: {error.strerror}", "choose a folder with --output"
            ) from error
        return cls(folder)

    def hold(self) -> AbstractContextManager[object]:
        """Keep a second orchestrator out, as a context manager.

        Raises:
            PlumblineError: another orchestrator is at work here.
        """
        try:
            return self._lock.acquire(timeout=0)
        except Timeout as error:
            raise PlumblineError(
                f"another plumbline is running in {self.folder}", "wait for it, or use --output"
            ) from error

    def job_folder(self, job_id: str) -> Path:
        """Return the folder of a job."""
        return self.folder / "jobs" / job_id

    def write_run(self, record: RunRecord) -> None:
        """Write `run.json`."""
        write_atomically(self.folder / RUN_NAME, record.model_dump_json(indent=2) + "\n")

    def write_development(self, record: DevelopmentRecord) -> None:
        """Write what it costs to work with a contender."""
        folder = self.folder / "development"
        folder.mkdir(exist_ok=True)
        path = folder / f"{record.contender}.json"
        write_atomically(path, record.model_dump_json(indent=2) + "\n")

    def read_run(self) -> RunRecord:
        """Read `run.json`; raise PlumblineError where it is not one."""
        path = self.folder / RUN_NAME
        try:
            return RunRecord.model_validate_json(path.read_bytes())
        except (OSError, ValidationError) as error:
            raise PlumblineError(f"{path} is no record of a run", "name a run's folder") from error

    def keep_studies(self, files: Mapping[str, Path]) -> None:
        """Keep the study files, by id, as they were run."""
        folder = self.folder / "studies"
        folder.mkdir(exist_ok=True)
        for study_id, path in files.items():
            shutil.copyfile(path, folder / f"{study_id}.toml")

    def prepare(self, job: JobSpec, key: str, evidence: Equivalence | None) -> Path:
        """Empty a job's folder and put in what the runner reads."""
        folder = self.job_folder(job.job_id)
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        write_atomically(folder / JOB_NAME, job.model_dump_json(indent=2) + "\n")
        write_atomically(folder / _KEY_NAME, key + "\n")
        if evidence is not None:
            write_atomically(folder / EVIDENCE_NAME, evidence.model_dump_json() + "\n")
        return folder

    def read_result(self, job_id: str) -> Result | None:
        """Return a job's result, None where there is no valid one."""
        path = self.job_folder(job_id) / RESULT_NAME
        try:
            if path.stat().st_size > _RESULT_LIMIT_BYTES:
                return None
            return Result.model_validate_json(path.read_bytes())
        except (OSError, ValidationError):
            return None

    def jobs(self) -> Iterator[JobSpec]:
        """Yield the jobs that were begun, as they were run."""
        for path in sorted((self.folder / "jobs").glob("*")):
            job = self.read_job(path.name)
            if job is not None:
                yield job

    def read_job(self, job_id: str) -> JobSpec | None:
        """Return a job as it was run, None where there is no valid one."""
        try:
            return JobSpec.model_validate_json((self.job_folder(job_id) / JOB_NAME).read_bytes())
        except (OSError, ValidationError):
            return None

    def finished(self, job: JobSpec, key: str) -> Result | None:
        """Return the result of a job that need not run again: ok, and of the very same software."""
        key_path = self.job_folder(job.job_id) / _KEY_NAME
        if not key_path.is_file() or key_path.read_text().strip() != key:
            return None
        result = self.read_result(job.job_id)
        return result if result is not None and result.status == "ok" else None

    def has_measured(self, job: JobSpec) -> bool:
        """Whether there is a good result of the job, be it of other software."""
        result = self.read_result(job.job_id)
        return result is not None and result.status == "ok"

    def write_outcome(self, job: JobSpec, status: str, failure: Failure) -> Result:
        """Record that a job ended without a measurement."""
        now = datetime.now(timezone.utc)
        result = Result.model_validate(
            {
                "status": status,
                "job": job.identity,
                "started": now,
                "finished": now,
                "failure": failure,
            }
        )
        folder = self.job_folder(job.job_id)
        folder.mkdir(parents=True, exist_ok=True)
        write_atomically(folder / RESULT_NAME, result.model_dump_json(indent=2) + "\n")
        return result

    def point_latest_here(self) -> None:
        """Let `latest`, beside this run, lead to it."""
        link = self.folder.parent / LATEST_NAME
        temporary = link.with_name(f".{LATEST_NAME}.{os.getpid()}")
        temporary.unlink(missing_ok=True)
        temporary.symlink_to(self.folder.name, target_is_directory=True)
        temporary.replace(link)


def latest_run(output: Path) -> RunStore | None:
    """Return the newest run below `output`, None where there is none."""
    link = output / LATEST_NAME
    return RunStore(link.resolve()) if (link / RUN_NAME).is_file() else None


def write_atomically(path: Path, text: str) -> None:
    """Write a file so that a reader sees all of it or nothing."""
    temporary = path.with_name(f".{path.name}.part")
    with temporary.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
