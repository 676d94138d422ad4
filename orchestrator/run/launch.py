"""Third step: puts into a job's folder what it reads, and starts it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from contract.evidence import Equivalence
from orchestrator.engines.launcher import Process
from orchestrator.plan.resources import check_disk
from orchestrator.run import weights
from orchestrator.run.resolve import ResolvedJob
from orchestrator.run.setting import Setting


@contextmanager
def launched(job: ResolvedJob, evidence: Equivalence | None, setting: Setting) -> Iterator[Process]:
    """Start a job; in the end, take back the weights that it was given.

    Raises:
        PlumblineError: the disk is full, or the job cannot be started.
    """
    check_disk(setting.store.folder)
    folder = setting.store.prepare(job.spec, evidence)
    info, _ = setting.contenders[job.spec.contender]
    try:
        weights.hand_over(job.sources, folder)
        yield setting.launcher.start(job.spec, info, folder)
    finally:
        weights.take_back(folder)
