"""One job from start to result: configure, check the pins, load, do the task, write."""

import os
import traceback
from dataclasses import dataclass, field
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from contract.contender import ContenderInfo
from contract.evidence import Equivalence
from contract.job import JobSpec
from contract.names import EVENTS_NAME, RESULT_NAME
from contract.result import Failure, Pin, Result
from contract.shortage import REMEDY, shortage_cause, tells_of_shortage
from contract.words import counted
from data.errors import DataError
from runners.harness.contender.contender import Contender
from runners.harness.contender.registry import create, find_contender
from runners.harness.errors import RunnerError
from runners.harness.events import EventLog
from runners.harness.job.fingerprint import take_fingerprint
from runners.harness.job.pins import read_pins
from runners.harness.measure.stopwatch import Stopwatch
from runners.harness.tasks.findings import Findings
from runners.harness.tasks.samples import load_samples
from runners.harness.tasks.tasks import TaskRun


def run(job: JobSpec, output: Path, evidence: Equivalence | None, *, quiet: bool) -> Result:
    """Do one job; write events and result to `output`, whatever happens.

    Args:
        job: What to do.
        output: Folder for the files; made if it is not there.
        evidence: What the gate found for this contender and workload; None: find out first.
        quiet: Print nothing for people.

    Raises:
        OSError: `output` cannot be written.
    """
    output.mkdir(parents=True, exist_ok=True)
    (output / RESULT_NAME).unlink(missing_ok=True)
    with EventLog(output / EVENTS_NAME, quiet=quiet) as events:
        session = _Session(job, output, events, Findings(equivalence=evidence))
        result = session.run()
        events.phase("write", f"{RESULT_NAME} to {output}")
        _write_atomically(output / RESULT_NAME, result.model_dump_json(indent=2) + "\n")
        if result.failure is None:
            events.done()
        else:
            events.failure(result.failure.cause, result.failure.remedy)
    return result


@dataclass
class _Session:
    """What a job has come to know so far, so that a failure can still report it."""

    job: JobSpec
    output: Path
    events: EventLog
    found: Findings
    started: datetime = field(default_factory=lambda: datetime.now(timezone.utc))
    pins: dict[str, Pin] = field(default_factory=dict)

    def run(self) -> Result:
        """Return the result; a failure becomes a result with its cause."""
        try:
            return self._perform()
        except (RunnerError, DataError) as error:
            return self._failed(error.cause, error.remedy)
        except Exception as error:
            traceback.print_exc()
            said = f"{type(error).__name__}: {error}".removesuffix(": ")
            if not tells_of_shortage(said):
                return self._failed(said, "the job's log.txt has the traceback")
            return self._failed(shortage_cause(said, self.job.limits.memory_bytes), REMEDY)

    def _perform(self) -> Result:
        job = self.job
        self.events.phase(
            "start", f"{job.contender} on {job.device}, {counted(job.limits.threads, 'thread')}"
        )
        info, _ = find_contender(job.contender)
        contender = create(job.contender)
        contender.check()
        with Stopwatch() as importing:
            contender.configure(job.device, job.limits.threads, job.seed)
        self._check_pins(info, contender)
        self.events.phase("load", job.dataset)
        samples = load_samples(job)
        seconds = importing.wall_seconds
        TaskRun(job, self.output, self.events, contender, samples, seconds, self.found).do()
        fingerprint = take_fingerprint(
            job.device, samples.sha256, contender.gpu(), info.recorded_variables, samples.doubt
        )
        return self._result(status="ok", fingerprint=fingerprint, **vars(self.found))

    def _check_pins(self, info: ContenderInfo, contender: Contender) -> None:
        self.pins = read_pins(self.job.limits, info.thread_variables, contender.thread_pools())
        broken = [
            f"{name} is {pin.observed}, not {pin.requested}"
            for name, pin in self.pins.items()
            if not pin.matches
        ]
        if broken:
            raise RunnerError(
                f"pins do not hold: {'; '.join(broken)}",
                "start the job through `plumbline run`, which sets them",
            )

    def _failed(self, cause: str, remedy: str) -> Result:
        failure = Failure(cause=cause, remedy=remedy)
        return self._result(status="failed", failure=failure, equivalence=self.found.equivalence)

    def _result(self, **found: Any) -> Result:
        return Result(
            job=self.job.identity,
            started=self.started,
            finished=datetime.now(timezone.utc),
            pins=self.pins,
            **found,
        )


def _write_atomically(path: Path, text: str) -> None:
    temporary = path.with_name(path.name + ".part")
    with temporary.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
