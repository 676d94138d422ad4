"""What a run tells whoever waits for it, and how it names its jobs."""

from __future__ import annotations

from abc import ABC, abstractmethod

from contract.base import Device
from contract.event import Event
from contract.job import JobIdentity, JobSpec
from orchestrator.plan.estimate import Estimate
from orchestrator.run.outcome import JobOutcome


class Display(ABC):
    """What a run tells the person who waits for it; a context manager."""

    def __enter__(self) -> Display:
        return self

    def __exit__(self, *_exception: object) -> None:
        return

    @abstractmethod
    def say(self, line: str) -> None:
        """Print a line that stays."""

    @abstractmethod
    def job_starts(self, job: JobSpec, number: int, total: int, left: Estimate) -> None:
        """Show that a job starts, and what it and the following ones will cost."""

    @abstractmethod
    def job_event(self, event: Event) -> None:
        """Show what the runner said."""

    @abstractmethod
    def job_ends(self, outcome: JobOutcome) -> None:
        """Show a job's outcome."""


def label(job: JobIdentity) -> str:
    """Return a job's name for people."""
    published = "" if job.protocol == "matched" else f" {job.protocol}"
    return f"{task_and_block(job)}{published}"


def task_and_block(job: JobIdentity) -> str:
    """Return a job's name, but for its protocol."""
    return f"{job.task} {job.workload}{on_device(job.device)} {job.contender} #{job.repeat}"


def on_device(device: Device) -> str:
    """Return where something is computed, to stand behind its name; of a CPU nothing is said."""
    return "" if device == "cpu" else f" on {device}"
