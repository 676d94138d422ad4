"""Runs planned jobs one after the other; whatever happens to one, the rest goes on."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from contract.base import TIMED_TASKS
from contract.contender import ContenderInfo
from contract.job import JobSpec
from contract.journal import JobEntry
from contract.names import EVENTS_NAME
from contract.result import Failure, Result
from orchestrator.engines.launcher import Launcher, Process
from orchestrator.plan.abilities import beyond
from orchestrator.plan.estimate import Costs
from orchestrator.plan.resources import check_disk, machine_identity
from orchestrator.run import weights
from orchestrator.run.display import Display
from orchestrator.run.events import EventTail
from orchestrator.run.post_mortem import how_it_died
from orchestrator.run.reuse import still_good
from orchestrator.run.sentinel import BlockWatch
from orchestrator.store.cache_key import CacheKey, cache_key
from orchestrator.store.journal import now
from orchestrator.store.store import RunStore

_POLL_SECONDS = 0.2


@dataclass
class Executor:
    """Carries out a plan with one engine into one store."""

    engine: Launcher
    store: RunStore
    contenders: Mapping[str, tuple[ContenderInfo, Path]]
    """Description and source folder by name."""
    unavailable_data: Mapping[str, Failure]
    """Data sets that could not be had, with the reason; their jobs are skipped."""
    display: Display
    watch: BlockWatch
    costs: Costs = field(default_factory=Costs)
    data_sha256: Mapping[str, str] = field(default_factory=dict)
    """Hash of the content of each data set."""
    _beyond: dict[str, Failure] = field(default_factory=dict)
    _machine: str = field(default_factory=machine_identity)
    _evidence: dict[tuple[str, str, str], Result] = field(default_factory=dict)

    def run(self, jobs: Sequence[JobSpec]) -> list[Result]:
        """Run the jobs in order; return their results.

        Raises:
            KeyboardInterrupt: after the running job was stopped; the run can be resumed.
            PlumblineError: the disk is full, or the engine cannot start jobs any more.
        """
        results = []
        kept = weights.read_by_transfers(jobs)
        self._beyond = beyond(self.contenders, jobs)
        ahead = {
            job.job_id: job
            for job in jobs
            if job.job_id not in self._beyond and not self.store.has_measured(job)
        }
        for number, job in enumerate(jobs, start=1):
            self.display.job_starts(job, number, len(jobs), self.costs.left(ahead.values()))
            result, seconds = self._result_of(job)
            reused = result.status == "ok" and seconds is None
            self.display.job_ends(result, seconds or 0.0, reused=reused)
            self.watch.after(job)
            if result.status == "ok" and seconds is not None:
                self.costs.learn(job, seconds)
            if job.task == "verify":
                self._evidence[_gate_of(job)] = result
            if job.job_id not in kept:
                weights.let_go(self.store.job_folder(job.job_id))
            ahead.pop(job.job_id, None)
            results.append(result)
        return results

    def _result_of(self, job: JobSpec) -> tuple[Result, float | None]:
        """Return the result, and what it took; None: it did not run, now or not at all."""
        sources = weights.find_sources(job, self.store)
        if sources:
            job = job.model_copy(update={"transfer_from": tuple(sources)})
        key = self._key(job, sources)
        earlier = still_good(self.store, job, key, self.display.say)
        if earlier is not None:
            return earlier, None
        obstacle = self._obstacle(job, sources)
        if obstacle is None:
            self.watch.before(job)
            return self._run_timed(job, key, sources)
        self.store.prepare(job, None)
        return self.store.write_outcome(job, "skipped", obstacle), None

    def _key(self, job: JobSpec, sources: weights.Sources) -> CacheKey:
        info, folder = self.contenders[job.contender]
        software = self.engine.identity(info, folder, job.device)
        data = self.data_sha256.get(job.dataset, "")
        given = weights.sources_sha256(sources) if sources else ""
        return cache_key(job, software, data, self._machine, given)

    def _obstacle(self, job: JobSpec, sources: weights.Sources) -> Failure | None:
        """Return why the job cannot even start; None where it can."""
        if job.job_id in self._beyond:
            return self._beyond[job.job_id]
        if job.dataset in self.unavailable_data:
            return self.unavailable_data[job.dataset]
        gate = self._evidence.get(_gate_of(job))
        # What is said to mistakes compares no numbers: it needs no proof.
        if gate is not None and gate.equivalence is None and job.task != "mistakes":
            cause = f"its gate did not end: {gate.failure.cause if gate.failure else 'no evidence'}"
            return Failure(cause=cause, remedy="mend the verify job, then --resume")
        if job.task == "transfer" and not sources:
            cause = f"no training of {job.workload} left weights that could be transferred"
            return Failure(cause=cause, remedy="mend the train jobs, then --resume")
        return None

    def _run_timed(
        self, job: JobSpec, key: CacheKey, sources: weights.Sources
    ) -> tuple[Result, float]:
        """Run a job, and write into the journal when and how long."""
        started, began = now(), time.monotonic()
        result = self._run_one(job, key, sources)
        seconds = time.monotonic() - began
        entry = JobEntry(
            job_id=job.job_id,
            block=job.repeat if job.task in TIMED_TASKS else None,
            started=started,
            seconds=seconds,
            status=result.status,
        )
        self.store.journal.add(entry)
        return result, seconds

    def _run_one(self, job: JobSpec, key: CacheKey, sources: weights.Sources) -> Result:
        check_disk(self.store.folder)
        gate = self._evidence.get(_gate_of(job))
        folder = self.store.prepare(job, gate.equivalence if gate else None)
        weights.hand_over(sources, folder)
        info, _ = self.contenders[job.contender]
        try:
            result = self._watch(job, self.engine.start(job, info, folder), folder)
        finally:
            weights.take_back(folder)
        if result.status == "ok":
            self.store.accept(job, key)
        return result

    def _watch(self, job: JobSpec, process: Process, folder: Path) -> Result:
        tail = EventTail(folder / EVENTS_NAME)
        deadline = time.monotonic() + job.limits.timeout_seconds
        timed_out = False
        exit_code: int | None = None
        try:
            while exit_code is None:
                exit_code = process.wait(_POLL_SECONDS)
                for event in tail.new():
                    self.display.job_event(event)
                if exit_code is None and time.monotonic() > deadline:
                    timed_out = True
                    process.kill()
                    break
        except BaseException:
            process.kill()
            process.close()
            raise
        reason = process.close()
        if timed_out:
            reason = f"over its deadline of {job.limits.timeout_seconds:.0f} s"
        return self._judge(job, folder, exit_code, reason)

    def _judge(
        self, job: JobSpec, folder: Path, exit_code: int | None, reason: str | None
    ) -> Result:
        """Return the runner's own result if it is whole, else one that says how it died."""
        result = self.store.read_result(job.job_id)
        if result is None or result.job != job.identity or (exit_code == 0) != result.is_ok:
            return self.store.write_outcome(job, "failed", how_it_died(folder, exit_code, reason))
        if result.failure is None or reason is None:
            return result
        # The runner lived to tell, but the engine knows more: a process of its was killed.
        told = Failure(cause=f"{reason}; {result.failure.cause}", remedy=result.failure.remedy)
        return self.store.write_outcome(job, "failed", told)


def _gate_of(job: JobSpec) -> tuple[str, str, str]:
    return job.study, job.workload, job.contender
