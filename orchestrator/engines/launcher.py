"""What the orchestrator asks of an engine."""

import signal
from abc import ABC, abstractmethod
from collections.abc import Sequence
from pathlib import Path

from contract.base import Device
from contract.contender import ContenderInfo
from contract.inventory import Inventory
from contract.job import JobSpec
from contract.result import Failure
from orchestrator.plan.abilities import wrong_machine

FILE_LIMIT_BYTES = 8 * 2**30
"""Size of any file that a job may write: more than any network's weights, less than a disk."""


class Process(ABC):
    """A job that was started."""

    @abstractmethod
    def wait(self, seconds: float) -> int | None:
        """Wait up to `seconds` for the end; return the exit code, None while it runs."""

    @abstractmethod
    def freeze(self) -> None:
        """Halt the job and everything it started; return when nothing of it runs.

        Raises:
            PlumblineError: something of it may run on.
        """

    @abstractmethod
    def thaw(self) -> None:
        """Let the frozen job go on; raise PlumblineError where it may not."""

    @abstractmethod
    def kill(self) -> None:
        """End the job and everything it started, frozen or not; return when it is gone."""

    @abstractmethod
    def close(self) -> str | None:
        """Free what the ended job still holds; return why it ended, where the engine knows."""


class Launcher(ABC):
    """Starts jobs, each alone, under its limits, with the same contract."""

    name: str
    version: str
    output_id: str
    """Of the output folder that jobs work for; all that an engine starts carries it."""

    def left_out(self, contenders: list[ContenderInfo]) -> dict[str, Failure]:
        """Return by name the contenders that this machine cannot have, and why.

        Raises:
            PlumblineError: that cannot be told.
        """
        found = {info.name: wrong_machine(info) for info in contenders}
        return {name: failure for name, failure in found.items() if failure is not None}

    @abstractmethod
    def check(self, contenders: list[ContenderInfo], device: Device) -> None:
        """Raise PlumblineError where a contender cannot run here, or only in something stale."""

    @abstractmethod
    def identity(self, contender: ContenderInfo, folder: Path, device: Device) -> dict[str, str]:
        """Return all software that the results of a contender depend on: a hash by what it is.

        Its source is in `folder`.
        """

    def image_bytes(self, contender: ContenderInfo, device: Device) -> int | None:  # noqa: ARG002
        """Return the size of a contender's image; None where the engine has no images."""
        return None

    @abstractmethod
    def inventory(self, contender: ContenderInfo, device: Device) -> Inventory:
        """Return what is installed where a contender runs; raise PlumblineError if it fails."""

    @abstractmethod
    def data_dir(self, root: Path) -> str:
        """Return the data root as a runner sees it."""

    @abstractmethod
    def start(
        self, job: JobSpec, contender: ContenderInfo, folder: Path, options: Sequence[str] = ()
    ) -> Process:
        """Start a job whose files lie in `folder`; its output goes there too.

        `options` are told to the runner beside the job.
        """


def killed_by(number: int) -> str:
    """Return what to say of a job that a signal ended."""
    try:
        return f"killed by signal {signal.Signals(number).name}"
    except ValueError:
        return f"killed by signal {number}"
